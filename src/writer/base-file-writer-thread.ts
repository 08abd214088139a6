// What users hold: the writer, on the thread that created it. Its parts come from assembly.ts, its end is in
// ending.ts; here are the calls, each of which hands the work to one of the parts.

import { EventEmitter } from 'node:events'
import { DEFAULT_TIMEOUT_MS, Mode, type WriterType } from '../constants.js'
import { showAs } from '../inspection.js'
import { expectObject, expectTarget, expectTimeout, invalid } from '../expect.js'
import { resolveOptions, type WriterOptions } from '../options.js'
import { QueueMetrics } from '../queue/queue-metrics.js'
import { DrainHost } from '../drain/host.js'
import { openParts, type WriterParts } from './assembly.js'
import { Ending } from './ending.js'
import { WriterFiles } from './files.js'
import type { WriterHandle } from './handle.js'
import { unboundError } from '../send/lines.js'
import type { Q } from '../q/q.js'
import { Reporter, type WriterEvents } from './reporter.js'
import { ownHere, Room } from '../send/room.js'
import { heedSignals, isExiting } from '../process/exit.js'
import { Staging } from '../send/staging.js'
import { expectStackToStart } from '../stack.js'

/**
 * The base of the three writers: everything but how bytes reach the file. Use {@link createWriter}, or one of
 * `LineBufferedWriter`, `BlockBufferedWriter` and `MemoryMappedWriter` on a queue of your own.
 */
export abstract class BaseFileWriterThread
  extends EventEmitter<WriterEvents>
  implements AsyncDisposable, Disposable
{
  static {
    showAs(this, (writer) => (#ending in writer ? writer.#summary() : {}))
  }

  /** Absolute path of the log, or `fd:<number>`. */
  readonly path: string
  /** Live numbers; in each snapshot, `enqueued === written + dropped + pending`. */
  readonly metrics: QueueMetrics
  /** Post this to a worker thread and call `attachWriter(handle)` there. */
  readonly handle: WriterHandle
  /** Why what is handed over would not survive SIGKILL; `null` if it would. See the option `crashSafe`. */
  readonly notCrashSafeBecause: string | null
  readonly #parts: WriterParts
  readonly #host: DrainHost
  readonly #staging: Staging
  readonly #ending: Ending

  /** @throws ChooseL2Error ERR_INVALID_ARGUMENT, ERR_OPEN_FAILED, ERR_QUEUE_IN_USE, ERR_NO_FREE_LANE */
  protected constructor(
    writerType: WriterType,
    q: Q | null,
    target: string | URL | number,
    mode: Mode = Mode.TRIGGER,
    options: WriterOptions = {},
  ) {
    super()
    expectStackToStart() // half a writer would be left behind
    expectObject(options)
    // While the process exits, no thread can start, and what needs a queue file is written at once.
    const isLate = isExiting()
    const late = isLate ? { thread: false, crashSafe: false } : {}
    const resolved = resolveOptions({ ...options, writerType, mode, ...late })
    expectTarget(target)
    const parts = openParts(q, target, resolved)
    const { control, producer, queue, record } = parts
    const { notCrashSafeBecause } = queue
    this.path = parts.log.path
    this.handle = parts.handle
    this.notCrashSafeBecause = notCrashSafeBecause
    this.#parts = parts
    this.metrics = new QueueMetrics({
      memory: queue.memory,
      notCrashSafeBecause,
      staged: () => this.#staging.staged,
      errors: () => record.errors,
      isReaderGone: () => control.isReaderGone,
    })
    const reporter = new Reporter(this, this.path, resolved.policy, () => this.metrics.getSnapshot())
    reporter.recovered(queue.recoveries)
    if (notCrashSafeBecause !== null && queue.isOptionsFault) reporter.notCrashSafe(notCrashSafeBecause)
    const { started } = queue
    const files = new WriterFiles(parts, {
      onSignal: (request) => void this.#change(request, DEFAULT_TIMEOUT_MS).catch(() => {}), // told by the event
      onTrouble: (error) => reporter.rotateFailed(error),
    })
    for (const rotation of started.rotations) reporter.rotated(rotation)
    files.compress(started.tasks)
    this.#host = new DrainHost(parts.job, queue.memory, resolved.thread, {
      onEvent: (event) => {
        reporter.threadEvent(event)
        if (event.type === 'rotate') files.rotated(event.tasks)
      },
      allTold: () => reporter.allTold(),
      onThreadDeath: (error) => reporter.threadDied(error),
      onNoThread: (reason) => reporter.noThread(reason),
      onEnd: () => this.#ending.finish(),
      onBlocked: heedSignals,
    })
    this.#staging = new Staging({
      producer,
      doorbell: queue.doorbell,
      policy: resolved.policy,
      batchSize: resolved.batchSize,
      dropMarker: resolved.dropMarker,
      room: new Room(parts.handle.id, queue.doorbell, () => control.isStopped),
      isOver: () => this.#ending.isOver || control.isReaderGone,
      isReaderGone: () => control.isReaderGone,
      onDrop: (lines) => reporter.dropped(lines),
      onBlocked: (ms) => reporter.blocked(ms),
    })
    this.#ending = new Ending({
      parts,
      host: this.#host,
      staging: this.#staging,
      metrics: this.metrics,
      reporter,
      files,
      onOver: ownHere(parts.handle.id, this.#host),
    })
    if (isLate) this.#ending.finishLate()
  }

  /**
   * Hands a line to the writer; its `'\n'` is added. Costs tens of nanoseconds. A line that contains `'\n'` stays
   * whole.
   * @returns `true` = accepted, `false` = dropped by the policy
   * @throws ChooseL2Error ERR_WRITER_CLOSED after `stop()`, ERR_INVALID_ARGUMENT, ERR_LINE_TOO_LARGE (1 GiB)
   */
  send(line: string | Uint8Array): boolean {
    if (!this || !(#staging in this)) throw unboundError('send', 'writer')
    return this.#staging.send(line)
  }

  /**
   * As {@link send}; under the policy `block` it waits for room without blocking the event loop.
   * @returns resolves as `send` returns; rejects with ERR_WRITER_CLOSED if the writer stops before there is room
   */
  sendAsync(line: string | Uint8Array): Promise<boolean> {
    if (!this || !(#staging in this)) return Promise.reject(unboundError('sendAsync', 'writer'))
    return this.#staging.sendAsync(line)
  }

  /**
   * Sends many lines at once: bytes that hold whole lines, each ended by `'\n'`. For text that comes as blocks,
   * like a pipe, it is several times faster than {@link send} for each line.
   * @returns how many of the lines were accepted
   */
  sendLines(chunk: Uint8Array): number {
    if (!this || !(#staging in this)) throw unboundError('sendLines', 'writer')
    return this.#staging.sendLines(chunk)
  }

  /** Writes what was sent so far, now; does not wait. The only way besides stop in the mode `manual`. */
  trigger(): void {
    if (this.#ending.isOver) return
    this.#staging.commit()
    this.#parts.control.ask('flush')
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

  /**
   * Begins a new file, unless this one is empty. What was sent before the call is in the old one.
   * @param timeout milliseconds, default 5,000
   * @returns `false` if that failed, and an 'error' event says why, or if it took too long; lines are written all the same
   * @throws ChooseL2Error ERR_INVALID_ARGUMENT without the option `rotate`
   */
  async rotate(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    if (this.#parts.log.handle.live?.is !== 'rotating')
      throw invalid('rotate', 'as an option of the writer', undefined)
    return this.#change('rotate', timeout)
  }

  /**
   * Goes on in the file that the path leads to now, or in a new one: for programs that rename logs. What was sent before the
   * call is in the old file.
   * @param timeout milliseconds, default 5,000
   * @returns as {@link rotate}
   * @throws ChooseL2Error ERR_INVALID_ARGUMENT for a log without a path that leads to a regular file
   */
  async reopen(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    if (this.#parts.log.handle.live === null)
      throw invalid('path', 'to be the path of a regular file, to reopen it', this.path)
    return this.#change('reopen', timeout)
  }

  /** As {@link flush}, blocking the thread. */
  flushSync(timeout: number = DEFAULT_TIMEOUT_MS): boolean {
    expectTimeout(timeout)
    if (this.#ending.isOver) return this.#ending.finish()
    this.#staging.commit()
    const answer = this.#host.requestSync('flush', this.#host.limit(timeout))
    return answer ?? this.#ending.finish()
  }

  /**
   * Accepts nothing more, writes what waits, closes the file.
   * @param timeout milliseconds, default 5,000
   * @returns `true` = all written. `false` = time is up: the writer goes on trying, and `stop` can be called again
   */
  async stop(timeout: number = DEFAULT_TIMEOUT_MS): Promise<boolean> {
    expectTimeout(timeout)
    const limit = this.#host.limit(timeout)
    await this.#staging.acceptAsyncLines(limit)
    this.#ending.begin()
    return this.#ending.wait(limit)
  }

  /** As {@link stop}, blocking the thread. */
  stopSync(timeout: number = DEFAULT_TIMEOUT_MS): boolean {
    expectTimeout(timeout)
    return this.#ending.waitSync(this.#host.limit(timeout))
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
    return this.#ending.wait(this.#host.limit(timeout))
  }

  /** Lines that the kernel has taken. */
  get linesWritten(): number {
    return this.metrics.getSnapshot().written
  }

  /** Writes that reached the kernel; several lines share one. */
  get flushCount(): number {
    return this.#parts.record.flushes
  }

  /** True until the writer has stopped. */
  get isRunning(): boolean {
    return !this.#parts.control.isStopped
  }

  /** True if the queue lies in a file: what was handed over survives the death of the process. */
  get crashSafe(): boolean {
    return this.notCrashSafeBecause === null
  }

  /** True if a thread of its own writes. False with `thread: false`, and as long as the thread does not start. */
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

  #summary(): Record<string, unknown> {
    const { path, crashSafe, flushCount } = this
    const { rotate } = this.#parts.options
    const rotation = rotate === null ? {} : { keep: rotate.retention.keep }
    return {
      path,
      state: this.#ending.state,
      crashSafe,
      ...rotation,
      flushCount,
      ...this.metrics.getSnapshot(),
    }
  }

  /** False once the writer has ended. */
  async #change(request: 'rotate' | 'reopen', timeout: number): Promise<boolean> {
    expectTimeout(timeout)
    if (this.#ending.isOver) return false
    this.#staging.commit()
    return (await this.#host.request(request, this.#host.limit(timeout))) === true
  }

  async #ask(request: 'flush' | 'sync', timeout: number): Promise<boolean> {
    expectTimeout(timeout)
    if (!this.#ending.isOver) {
      this.#staging.commit()
      const answer = await this.#host.request(request, this.#host.limit(timeout))
      if (answer !== null) return answer
    }
    const isAllWritten = this.#ending.finish() // nobody is left to answer
    const { written, synced } = this.metrics.getSnapshot()
    return isAllWritten && (request === 'flush' || synced === written)
  }
}
