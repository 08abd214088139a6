// The writer as another thread sees it: it sends through a lane of its own and can ask for a flush. It shares
// nothing with the owner but memory, so either may end without the other.

import { DEFAULT_TIMEOUT_MS, QueuePolicy } from '../constants.js'
import { openMemory } from '../memory/open-memory.js'
import { ChooseL2Error } from '../errors.js'
import { showAs } from '../inspection.js'
import { expectTimeout } from '../expect.js'
import { Doorbell } from '../queue/doorbell.js'
import { readMarker } from '../queue/drop-marker.js'
import type { Lane } from '../queue/lane.js'
import { claimLane, leaveLane } from '../queue/lanes.js'
import { DrainRecord } from '../queue/drain-record.js'
import type { QueueMemory } from '../queue/memory.js'
import { Producer } from '../queue/producer.js'
import { QueueMetrics } from '../queue/queue-metrics.js'
import { awaitAnswer, limitOf } from '../drain/await-answer.js'
import { currentThread, isThreadAlive } from '../drain/identity.js'
import { Control } from '../drain/protocol.js'
import { registerForExit, unregisterForExit, type Finishable } from '../process/exit.js'
import { expectWriterHandle, type WriterHandle } from './handle.js'
import { unboundError } from '../send/lines.js'
import type { Notice } from './notice.js'
import { dropWarning } from './reporter.js'
import { drainerHere, Room } from '../send/room.js'
import { Staging } from '../send/staging.js'
import { expectStackToStart } from '../stack.js'

/** The writers that this thread is attached to, by their ids. */
const attachedHere = new Map<string, AttachedWriter>()

/**
 * Attaches the calling thread to a writer that another thread owns. A thread has one sender for each writer: to attach
 * again returns the same one, which ends with as many calls of `detach()`.
 *
 * @param handle the `handle` of the writer, as it came out of a message
 * @throws ChooseL2Error ERR_NO_FREE_LANE if `lanes` living threads send already, ERR_WRITER_CLOSED,
 *   ERR_INVALID_ARGUMENT
 *
 * @example
 * ```js
 * import { Worker, isMainThread, workerData } from 'node:worker_threads'
 * import { attachWriter, createWriter } from 'choose-l2'
 *
 * if (isMainThread) {
 *   const writer = createWriter('app.log')
 *   new Worker(new URL(import.meta.url), { workerData: writer.handle })
 * } else {
 *   const writer = attachWriter(workerData)
 *   writer.send('a line from the worker')
 * }
 * ```
 */
export function attachWriter(handle: WriterHandle): AttachedWriter {
  expectWriterHandle(handle)
  return AttachedWriter.of(handle)
}

/** A writer that another thread owns. Made by {@link attachWriter}. */
export class AttachedWriter {
  static {
    showAs(this, (writer) => (#path in writer ? writer.#summary() : {}))
  }

  /** The numbers of the whole writer, with the lines this thread has staged. */
  readonly metrics: QueueMetrics
  readonly #doorbell: Doorbell
  readonly #control: Control
  readonly #record: DrainRecord
  readonly #producer: Producer
  readonly #staging: Staging
  readonly #exit: Finishable
  readonly #memory: QueueMemory
  readonly #dropWarning: Notice
  readonly #path: string
  readonly #id: string
  /** How many calls of attachWriter() have no detach() yet. */
  #uses = 1

  private constructor(handle: WriterHandle, doorbell: Doorbell) {
    expectStackToStart() // a lane would stay taken
    this.#id = handle.id
    this.#doorbell = doorbell
    this.#control = new Control(handle.control)
    const memory = openMemory(handle.memory)
    this.#memory = memory
    this.#record = new DrainRecord(memory.buffer)
    this.#path = handle.path
    this.#dropWarning = dropWarning(handle.path)
    this.#producer = new Producer(memory, laneIn(memory, this.#doorbell, handle.id))
    const isStopped = (): boolean => this.#control.isStopped
    this.#staging = new Staging({
      producer: this.#producer,
      policy: handle.policy,
      batchSize: handle.batchSize,
      dropMarker: readMarker(memory.buffer),
      doorbell: this.#doorbell,
      isReaderGone: () => this.#control.isReaderGone,
      isOver: isStopped, // asked at each commit, and a dead owner only where it keeps somebody waiting
      room: new Room(handle.id, doorbell, () => isStopped() || isAbandoned(handle.owner, doorbell)),
      onDrop: (lines) => {
        this.#doorbell.noteDrops()
        if (handle.policy === QueuePolicy.WARN) this.#dropWarning.add(lines)
      },
    })
    this.metrics = new QueueMetrics({
      memory,
      notCrashSafeBecause: handle.notCrashSafeBecause,
      staged: () => this.#staging.staged,
      errors: () => this.#record.errors,
      isReaderGone: () => this.#control.isReaderGone,
    })
    this.#exit = {
      handlesSignals: false,
      isFinishedLast: true,
      handOver: () => this.#staging.commitMeanwhile(),
      beginExit: () => this.#end(),
      continueExit: () => true,
      isHanging: false,
    }
    registerForExit(this.#exit)
    attachedHere.set(this.#id, this)
  }

  /** @internal This thread's sender for the writer. */
  static of(handle: WriterHandle): AttachedWriter {
    const doorbell = new Doorbell(handle.bell)
    if (doorbell.stopped || isAbandoned(handle.owner, doorbell)) {
      throw new ChooseL2Error('ERR_WRITER_CLOSED', 'Expected an open writer to attach to, but it was stopped')
    }
    const known = attachedHere.get(handle.id)
    if (known === undefined) return new AttachedWriter(handle, doorbell)
    known.#uses++
    return known
  }

  /** As the owner's `send`. Throws ERR_WRITER_CLOSED after `detach()` or once the owner has stopped the writer. */
  send(line: string | Uint8Array): boolean {
    if (!this || !(#staging in this)) throw unboundError('send', 'writer')
    return this.#staging.send(line)
  }

  /** As the owner's `sendAsync`. */
  sendAsync(line: string | Uint8Array): Promise<boolean> {
    if (!this || !(#staging in this)) return Promise.reject(unboundError('sendAsync', 'writer'))
    return this.#staging.sendAsync(line)
  }

  /** As the owner's `sendLines`. */
  sendLines(chunk: Uint8Array): number {
    if (!this || !(#staging in this)) throw unboundError('sendLines', 'writer')
    return this.#staging.sendLines(chunk)
  }

  /**
   * Everything this thread sent before the call is in the file.
   * @returns `false` if that was not so within `timeout` milliseconds (default 5,000)
   */
  async flush(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    expectTimeout(timeout)
    this.#staging.commit()
    const ticket = this.#control.ask('flush')
    this.#doorbell.ring()
    const answer = await awaitAnswer(this.#control, 'flush', ticket, limitOf(this.#record, timeout))
    return answer ?? this.#producer.lane.waitingLines() === 0
  }

  /**
   * Hands over what is staged and frees the lane, unless this thread has attached more often than it has detached. The
   * writer goes on. Happens by itself when the thread ends.
   */
  detach(): void {
    if (this.#uses > 1) this.#uses--
    else this.#end()
  }

  #end(): void {
    if (this.#isDetached) return // not whether the staging is closed: the owner's stop closes it too
    this.#uses = 0
    attachedHere.delete(this.#id)
    this.#staging.close()
    unregisterForExit(this.#exit)
    leaveLane(this.#producer.lane)
    this.#doorbell.ring()
    this.metrics.freeze()
    this.#record.keep()
    this.#memory.release(false)
  }

  #summary(): Record<string, unknown> {
    return { path: this.#path, state: this.#state, ...this.metrics.getSnapshot() }
  }

  get #isDetached(): boolean {
    return this.#uses === 0
  }

  get #state(): 'attached' | 'detached' | 'stopped' {
    if (this.#isDetached) return 'detached'
    return this.#control.isStopped ? 'stopped' : 'attached'
  }
}

/** Its owner was terminated, and with it the thread that wrote: nobody will ever make room. */
function isAbandoned(owner: number, doorbell: Doorbell): boolean {
  const { roleHolder } = doorbell
  return !isThreadAlive(owner) && (roleHolder === 0 || !isThreadAlive(roleHolder))
}

/** A lane for this thread; where there is none, the memory is let go. */
function laneIn(memory: QueueMemory, doorbell: Doorbell, id: string): Lane {
  try {
    return claimLane(memory, doorbell, currentThread, isThreadAlive, drainerHere(id))
  } catch (error) {
    memory.release(false)
    throw error
  }
}
