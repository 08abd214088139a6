// What users hold: the writer, on the thread that created it. It puts together queue, staging, thread and log, and
// is the one place where the life of a writer is told: open, running, stopping, stopped.

import { EventEmitter } from 'node:events'
import { DEFAULT_TIMEOUT_MS, Mode, WriterType } from '../constants.js'
import {
  expectTarget,
  expectTimeout,
  resolveOptions,
  type ResolvedOptions,
  type WriterOptions,
} from '../options.js'
import type { Q } from './q.js'
import type { Doorbell } from '../queue/doorbell.js'
import { claimLane, leaveLane } from '../queue/lanes.js'
import type { QueueMemory } from '../queue/memory.js'
import { Producer } from '../queue/producer.js'
import { QueueMetrics } from '../queue/queue-metrics.js'
import { closeLog, openLog, type OpenLog } from '../sinks/open-log.js'
import { DrainHost } from '../thread/host.js'
import { currentThread, isThreadAlive } from '../thread/identity.js'
import { Control } from '../thread/protocol.js'
import { drainJobOf, handleOf } from './assembly.js'
import { safeMarker } from './drop-marker.js'
import { finishAtExit, forgetAtExit, type Finishable } from './exit.js'
import type { WriterHandle } from './handle.js'
import { expectUsable, queueFor } from './writer-queue.js'
import { Reporter, type WriterEvents } from './reporter.js'
import { resumeSignals, suspendSignals } from './signals.js'
import { Staging } from './staging.js'

/** For lines that another thread sent while the writer was being stopped. */
const LATE_LINES_MS = 100

/**
 * The base of the three writers: everything but how bytes reach the file. Use {@link createWriter}, or one of
 * `LineBufferedWriter`, `BlockBufferedWriter` and `MemoryMappedWriter` on a queue of your own.
 */
export abstract class BaseFileWriterThread
  extends EventEmitter<WriterEvents>
  implements AsyncDisposable, Disposable
{
  /** Absolute path of the log, or `fd:<number>`. */
  readonly path: string
  /** Live numbers; `enqueued === written + dropped + pending` at every moment. */
  readonly metrics: QueueMetrics
  /** Post this to a worker thread and call `attachWriter(handle)` there. */
  readonly handle: WriterHandle
  /** Why what is handed over would not survive SIGKILL; `null` if it would. See the option `crashSafe`. */
  readonly notCrashSafeBecause: string | null
  readonly #options: ResolvedOptions
  readonly #log: OpenLog
  readonly #doorbell: Doorbell
  readonly #control: Control
  readonly #host: DrainHost
  readonly #staging: Staging
  readonly #producer: Producer
  readonly #exit: Finishable
  readonly #reporter: Reporter
  readonly #memory: QueueMemory
  #isClosed = false

  /** @throws ChooseL2Error ERR_INVALID_ARGUMENT, ERR_OPEN_FAILED, ERR_QUEUE_IN_USE, ERR_NO_FREE_LANE */
  protected constructor(
    writerType: WriterType,
    q: Q | null,
    target: string | URL | number,
    mode: Mode = Mode.TRIGGER,
    options: WriterOptions = {},
  ) {
    super()
    const resolved = resolveOptions({ ...options, writerType, mode })
    expectTarget(target)
    expectUsable(q, resolved)
    this.#options = resolved
    this.#control = new Control()
    const forMapping = writerType === WriterType.MMAP
    this.#log = openLog(target, { ...resolved, forMapping })
    this.path = this.#log.path
    this.#reporter = new Reporter(this, this.path, resolved.policy, () => this.metrics.getSnapshot())
    let memory: QueueMemory | null = null
    try {
      const queue = queueFor(q, this.#log, resolved)
      const { doorbell } = queue
      memory = queue.memory
      const marker = safeMarker(resolved.dropMarker)
      this.notCrashSafeBecause = queue.notCrashSafeBecause
      this.#reporter.recovered(queue.recoveries)
      this.#memory = memory
      this.#doorbell = doorbell
      this.#producer = new Producer(memory, claimLane(memory, doorbell, currentThread, isThreadAlive), marker)
      const job = drainJobOf(this.#log, queue, this.#control, resolved)
      this.handle = handleOf(this.#log, queue, job, resolved)
      this.#host = new DrainHost(job, memory, resolved.thread, {
        onEvent: (event) => this.#reporter.threadEvent(event),
        onThreadDeath: (error) => this.#reporter.threadDied(error),
        onNoThread: () => this.#reporter.noThread(),
        onEnd: () => this.#finish(),
      })
      this.#staging = new Staging({
        producer: this.#producer,
        doorbell,
        policy: resolved.policy,
        batchSize: resolved.batchSize,
        marker,
        wake: () => this.#host.wake(),
        waitForRoom: (hasRoom) => this.#waitForRoom(hasRoom),
        waitForRoomAsync: (hasRoom) => this.#host.waitForRoomAsync(hasRoom),
        isOver: () => this.#isClosed,
        onDrop: (lines) => this.#reporter.dropped(lines),
      })
      this.metrics = new QueueMetrics(
        memory,
        this.#producer.lane,
        queue.notCrashSafeBecause,
        () => this.#staging.staged,
        () => this.#control.errors,
      )
    } catch (error) {
      memory?.release(true)
      closeLog(this.#log)
      throw error
    }
    this.#exit = {
      handlesSignals: resolved.handleSignals,
      beginExit: () => this.#beginStop(),
      finishExit: (since) => this.#finishExit(since),
    }
    finishAtExit(this.#exit)
  }

  /**
   * Hands a line to the writer; its `'\n'` is added. Costs tens of nanoseconds. A line that contains `'\n'` stays
   * whole.
   * @returns `true` = accepted, `false` = dropped by the policy
   * @throws ChooseL2Error ERR_WRITER_CLOSED after `stop()`, ERR_INVALID_ARGUMENT, ERR_LINE_TOO_LARGE (1 GiB)
   */
  send(line: string | Uint8Array): boolean {
    return this.#staging.send(line)
  }

  /**
   * As {@link send}; under the policy `block` it waits for room without blocking the event loop.
   * @returns resolves as `send` returns; rejects with ERR_WRITER_CLOSED if the writer stops before there is room
   */
  sendAsync(line: string | Uint8Array): Promise<boolean> {
    return this.#staging.sendAsync(line)
  }

  /**
   * Sends many lines at once: bytes that hold whole lines, each ended by `'\n'`. For text that comes as blocks,
   * like a pipe, it is several times faster than {@link send} for each line.
   * @returns how many of the lines were accepted
   */
  sendLines(chunk: Uint8Array): number {
    return this.#staging.sendLines(chunk)
  }

  /** Writes what was sent so far, now; does not wait. The only way besides stop in the mode `manual`. */
  trigger(): void {
    if (this.#isClosed) return
    this.#staging.commit()
    this.#control.ask('flush')
    this.#host.wake()
  }

  /**
   * Everything sent before the call is in the file, as far as the kernel is concerned.
   * @param timeout milliseconds, default 5,000
   * @returns `false` if the disk did not take it in time; `metrics.pending` says what is left, and it is retried
   */
  flush(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    return this.#ask('flush', timeout)
  }

  /** As {@link flush}, and on the disk (`fdatasync`); `false` if the disk did not confirm. */
  sync(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    return this.#ask('sync', timeout)
  }

  /** As {@link flush}, blocking the thread. */
  flushSync(timeout: number = DEFAULT_TIMEOUT_MS): boolean {
    expectTimeout(timeout)
    if (this.#isClosed) return this.metrics.pending === 0
    this.#staging.commit()
    const answer = this.#host.requestSync('flush', timeout)
    this.metrics.invalidate()
    return answer ?? this.#finish()
  }

  /**
   * Accepts nothing more, writes what waits, closes the file.
   * @param timeout milliseconds, default 5,000
   * @returns `true` = all written. `false` = time is up: the writer goes on trying, and `stop` can be called again
   */
  async stop(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    expectTimeout(timeout)
    const deadline = performance.now() + timeout
    await this.#staging.acceptAsyncLines(timeout)
    this.#beginStop()
    return this.join(Math.max(0, deadline - performance.now()))
  }

  /** As {@link stop}, blocking the thread. */
  stopSync(timeout: number = DEFAULT_TIMEOUT_MS): boolean {
    expectTimeout(timeout)
    this.#beginStop()
    if (!this.#isClosed && !this.#host.requestSync('stop', timeout)) return false
    return this.#finish()
  }

  /** The same as {@link stop}. */
  close(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    return this.stop(timeout)
  }

  /**
   * Waits for the end without asking for it: after `stop()`, or `q.stop()` on the queue it was built on.
   * @returns `true` = ended, all written; `false` = time is up
   */
  async join(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    expectTimeout(timeout)
    this.#staging.commit()
    if (!this.#isClosed && !(await this.#host.awaitStop(timeout))) return false
    const isAllWritten = this.#finish()
    await this.#reporter.lastWord
    return isAllWritten
  }

  /** Lines that the kernel has taken. */
  get linesWritten(): number {
    return this.metrics.getSnapshot().written
  }

  /** Writes that reached the kernel; several lines share one. */
  get flushCount(): number {
    return this.#control.flushes
  }

  /** True until the writer has stopped. */
  get isRunning(): boolean {
    return !this.#control.isStopped
  }

  /** True if the queue lies in a file: what was handed over survives the death of the process. */
  get crashSafe(): boolean {
    return this.notCrashSafeBecause === null
  }

  /** True if a thread of its own writes; `thread: false` or a bundler that lost the thread's file make it false. */
  get hasThread(): boolean {
    return this.#host.hasThread
  }

  /** For `await using`: {@link stop}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** For `using`: {@link stopSync}. */
  [Symbol.dispose](): void {
    this.stopSync()
  }

  async #ask(request: 'flush' | 'sync', timeout: number): Promise<boolean> {
    expectTimeout(timeout)
    if (!this.#isClosed) {
      this.#staging.commit()
      const answer = await this.#host.request(request, timeout)
      this.metrics.invalidate()
      if (answer !== null) return answer
    }
    const isAllWritten = this.#finish() // nobody is left to answer
    const { written, synced } = this.metrics.getSnapshot()
    return isAllWritten && (request === 'flush' || synced === written)
  }

  #beginStop(): void {
    if (this.#isClosed) return
    this.#staging.close()
    this.#doorbell.stop()
    this.#control.ask('stop')
    this.#host.wake()
  }

  /** After the thread has ended. Returns whether nothing is left. */
  #finish(): boolean {
    this.metrics.invalidate()
    if (!this.#isClosed) {
      this.#staging.close()
      this.#staging.closeGap(0)
      const isSettled = this.#host.drainRest(LATE_LINES_MS)
      this.#isClosed = true
      this.#host.dispose()
      forgetAtExit(this.#exit)
      leaveLane(this.#producer.lane)
      this.metrics.freeze()
      // What is left, or still to come, or a tail that could not be cut off, is for the next start.
      this.#memory.release(isSettled && this.metrics.pending === 0 && !this.#control.hasTail)
      closeLog(this.#log)
      this.#reporter.closed()
    }
    return this.metrics.pending === 0
  }

  #finishExit(since: number): boolean {
    const left = since + this.#options.exitTimeout - performance.now()
    if (this.stopSync(Math.max(0, left))) return true
    return !(this.#control.isWriting && this.#host.hasThread)
  }

  #waitForRoom(hasRoom: () => boolean): boolean {
    try {
      return this.#host.waitForRoom(hasRoom, suspendSignals)
    } finally {
      resumeSignals()
    }
  }
}
