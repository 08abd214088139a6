// What a writer tells its user without being asked: events, and process warnings where nobody listens. Runs on the
// owner's thread.
//
// Each event has a callback of its own in a later turn of the event loop. So whatever a listener does, the event loop
// keeps running, and a listener that throws costs neither other events nor our state.

import type { EventEmitter } from 'node:events'
import { QueuePolicy } from '../constants.js'
import type { Recovery } from '../recovery/recovery.js'
import { ChooseL2Error } from '../errors.js'
import type { FailedDrain, SystemErrorFields, ThreadEvent } from '../drain/protocol.js'
import type { Rotation } from '../log/rotation/holder-parts.js'
import { publish } from './channels.js'
import { Notice } from './notice.js'
import { recoveryWarnings } from './recovery-warnings.js'
import { inLaterTurn, process } from '../runtime.js'

/** A listener that logs drops more lines: with a pause, it neither takes a whole core nor keeps the process alive. */
const TELL_DROPS_EVERY_MS = 10
const TELL_BLOCKED_EVERY_MS = 100
const WARN_OF_DROPS_EVERY_MS = 1000
const WARN_OF_ERRORS_EVERY_MS = 10_000

const STAND_IN = 'Until one starts, the thread that created the writer writes'

const toldReasons = new Set<string>()

/** The events of a writer and what their listeners get. */
export interface WriterEvents {
  /** A write or sync failed and is retried, or the thread died and another one is started. No line is lost by it. */
  error: [ChooseL2Error]
  /**
   * So many lines were dropped since the last event, on whatever thread; at most one event per turn of the event loop.
   * The last comes before `stop` resolves.
   */
  drop: [{ lines: number }]
  /** The queue was full and has room again. */
  drain: []
  /** This process has rotated the log. */
  rotate: [Rotation]
  /** At the start: queues that killed writers of this log had left were put into it, or why they were not. */
  recovered: [{ lines: number; queues: readonly Recovery[] }]
  /** The writer has stopped and the file is closed; the last event. Comes before `stop` resolves. */
  close: []
}

/** Emits a writer's events. */
export class Reporter {
  readonly #emitter: EventEmitter<WriterEvents>
  readonly #path: string
  readonly #policy: QueuePolicy
  readonly #numbers: () => { readonly pending: number; readonly dropped: number }
  readonly #dropEvent: Notice
  readonly #dropWarning: Notice
  readonly #errorWarning: Notice
  readonly #blocked: Notice
  #lastError: ChooseL2Error | null = null
  /** How many dropped lines the events have reported. */
  #toldDrops = 0
  /** Events whose turn has not come. */
  #untold = 0

  constructor(
    emitter: EventEmitter<WriterEvents>,
    path: string,
    policy: QueuePolicy,
    numbers: () => { readonly pending: number; readonly dropped: number },
  ) {
    this.#emitter = emitter
    this.#path = path
    this.#policy = policy
    this.#numbers = numbers
    this.#dropEvent = new Notice(TELL_DROPS_EVERY_MS, () => this.#tellDrops())
    this.#dropWarning = dropWarning(path)
    this.#errorWarning = new Notice(WARN_OF_ERRORS_EVERY_MS, () => this.#warnOfError())
    this.#blocked = new Notice(TELL_BLOCKED_EVERY_MS, (ms) => publish('blocked', { path, ms }))
  }

  /** The owner's own thread dropped lines. */
  dropped(lines: number): void {
    this.#dropEvent.add(lines)
    if (this.#policy === QueuePolicy.WARN) this.#dropWarning.add(lines)
  }

  /** A `send` of the owner's own thread waited so long for room. */
  blocked(ms: number): void {
    this.#blocked.add(ms)
  }

  /** Something the consumer said. */
  threadEvent(event: ThreadEvent): void {
    if (event.type === 'drain') this.#soon(() => this.#emitter.emit('drain'))
    else if (event.type === 'drop') this.#dropEvent.add(0)
    else if (event.type === 'rotate') this.rotated(event.rotation)
    else this.#error(this.#describe(event.during, event.error))
  }

  rotated(rotation: Rotation): void {
    this.#soon(() => {
      publish('rotate', { path: this.#path, rotation })
      this.#emitter.emit('rotate', rotation)
    })
  }

  /** What follows a rotation went wrong, or making the next header. */
  rotateFailed(cause: unknown): void {
    this.#error(rotateError(this.#path, cause))
  }

  threadDied(cause: unknown): void {
    this.#dropEvent.add(0) // the thread may have been about to report some
    const message = `The writer thread of ${this.#path} died; no line is lost. ${STAND_IN}`
    this.#error(new ChooseL2Error('ERR_THREAD_DIED', message, { cause }))
  }

  recovered(queues: readonly Recovery[]): void {
    const told = queues.filter(
      ({ outcome, lines, reason }) =>
        lines > 0 || (outcome !== 'recovered' && outcome !== 'live') || reason !== undefined,
    )
    if (told.length === 0) return
    const lines = told.reduce((sum, recovery) => sum + recovery.lines, 0)
    for (const { code, message } of recoveryWarnings(told)) warn(code, message)
    this.#soon(() => {
      publish('recovered', { path: this.#path, lines, queues: told })
      this.#emitter.emit('recovered', { lines, queues: told })
    })
  }

  /** The options ask for a queue file, and there is none for this reason. */
  notCrashSafe(reason: string): void {
    if (toldReasons.has(reason)) return // once is enough for all writers of a process
    toldReasons.add(reason)
    const effect = 'Its queue is in memory: what waits there is lost if the process is killed'
    warn('CHOOSE_L2_NOT_CRASH_SAFE', `${this.#path} is not crash-safe: ${reason}. ${effect}`)
  }

  noThread(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause)
    warn('CHOOSE_L2_NO_THREAD', `The writer thread of ${this.#path} does not start: ${reason}. ${STAND_IN}`)
  }

  /** The kernel has all lines, and says that it could not bring them to the disk. */
  closeFailed(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `Could not close ${this.#path}: ${reason}; lines that were written last may not be on the disk`
    const error = new ChooseL2Error('ERR_WRITE_FAILED', message, { cause })
    this.#error(error)
  }

  /** The numbers are final. */
  closed(): void {
    this.#soon(() => this.#tellDrops())
    this.#soon(() => this.#emitter.emit('close'))
  }

  /** Resolves when every event of before this call was emitted. */
  async allTold(): Promise<void> {
    if (this.#untold > 0) await new Promise<void>(inLaterTurn) // they run in order
  }

  #soon(emit: () => void): void {
    this.#untold++
    inLaterTurn(() => {
      this.#untold--
      emit()
    })
  }

  /** The events always add up to the number in the metrics, whichever thread dropped the lines. */
  #tellDrops(): void {
    const { dropped } = this.#numbers()
    const lines = dropped - this.#toldDrops
    this.#toldDrops = dropped
    if (lines <= 0) return
    publish('drop', { path: this.#path, lines })
    this.#emitter.emit('drop', { lines })
  }

  /** An 'error' event without a listener would end the application; a log must not do that. */
  #error(error: ChooseL2Error): void {
    this.#soon(() => {
      this.#lastError = error
      publish('error', { path: this.#path, error })
      if (this.#emitter.listenerCount('error') > 0) this.#emitter.emit('error', error)
      else this.#errorWarning.add(1)
    })
  }

  #describe(during: FailedDrain, fields: SystemErrorFields): ChooseL2Error {
    const cause = Object.assign(new Error(fields.message), fields)
    if (during === 'rotate') return rotateError(this.#path, cause)
    if (during === 'sync') {
      return new ChooseL2Error(
        'ERR_SYNC_FAILED',
        `The disk did not confirm ${this.#path}: ${fields.message}`,
        { cause },
      )
    }
    if (during === 'lastWrite') {
      return new ChooseL2Error(
        'ERR_READER_GONE',
        `Nobody reads ${this.#path} any more: ${fields.message}; the writer has ended, and lines are dropped`,
        { cause },
      )
    }
    const { pending } = this.#numbers()
    const waiting = `${pending === 1 ? '1 line waits' : `${pending} lines wait`} and the write is retried`
    return new ChooseL2Error(
      'ERR_WRITE_FAILED',
      `Could not write to ${this.#path}: ${fields.message}; ${waiting}`,
      { cause },
    )
  }

  #warnOfError(): void {
    const advice = "Listen to the writer's 'error' event to handle this yourself"
    if (this.#lastError !== null) warn(this.#lastError.code, `${this.#lastError.message}. ${advice}`)
  }
}

function rotateError(path: string, cause: unknown): ChooseL2Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `Could not rotate or reopen ${path}: ${reason}; it goes on in its file, and that is tried again`
  return new ChooseL2Error('ERR_ROTATE_FAILED', message, { cause })
}

/** The warning of the policy `warn`: at most once a second, with the number since the last. */
export function dropWarning(path: string): Notice {
  return new Notice(WARN_OF_DROPS_EVERY_MS, (lines) =>
    warn('CHOOSE_L2_DROPPED', `${lines} lines for ${path} were dropped because the queue was full`),
  )
}

function warn(code: string, message: string): void {
  process.emitWarning(message, { type: 'ChooseL2Warning', code })
}
