// What the caller's threads and the consumer say to each other besides lines: requests as tickets and states as words in
// shared memory, so that any thread can ask and a synchronous wait can be answered, and events as messages. This page is
// the whole vocabulary. What a tool outside the process may want to know is in the queue's header: queue/drain-record.ts.
//
// A request is a ticket: the asker adds one to ASKED and waits until DONE has reached its number.

import type { CompressionTask } from '../log/rotation/compress-archive.js'
import type { Rotation } from '../log/rotation/holder-parts.js'
import { waitAsync } from '../queue/doorbell.js'
import type { DrainRecord } from '../queue/drain-record.js'

/** What can be asked of the consumer, each with its row of ticket words. */
const ROWS = { flush: 0, sync: 1, stop: 2, rotate: 3, reopen: 4 } as const
export type Request = keyof typeof ROWS

const ASKED = 0
const DONE = 1
/** The newest ticket that was answered with false; means something once HAS_FAILED is 1. */
const FAILED = 2
const HAS_FAILED = 3
const ROW_WORDS = 4

// The states, after the rows.
/** Raised after each answer: askers sleep on it. */
const ANSWERS: number = Object.keys(ROWS).length * ROW_WORDS
/** 1 while the consumer is inside a call of the sink. */
const WRITING: number = ANSWERS + 1
/** 1 while the consumer waits for the disk to confirm. */
const SYNCING: number = ANSWERS + 2
/** 1 if the file could not be given its exact length at the end. */
const HAS_TAIL: number = ANSWERS + 3
/** 1 once the reader is gone: nothing will ever be written again. */
const READER_GONE: number = ANSWERS + 4
/** 1 once the writer thread has loaded all that it needs. */
const LOADED: number = ANSWERS + 5
/** Raised with each request: while it stands still, the consumer need not look at the tickets. */
const REQUESTS: number = ANSWERS + 6

export const CONTROL_BYTES: number = (ANSWERS + 7) * 4

/** The first ticket of a stop. One stop answers all, so those who only wait for the end wait for this. */
export const STOP_TICKET = 1

/** What failed; `'lastWrite'`: no later one can succeed. */
export type FailedDrain = 'write' | 'lastWrite' | 'sync' | 'rotate'

/** What the consumer tells the writer, by message. */
export type ThreadEvent =
  | { readonly type: 'error'; readonly during: FailedDrain; readonly error: SystemErrorFields }
  | { readonly type: 'drain' }
  /** Other threads have dropped lines; the numbers are in the lanes. */
  | { readonly type: 'drop' }
  /** The log was rotated, and these archives are to be compressed. */
  | { readonly type: 'rotate'; readonly rotation: Rotation; readonly tasks: readonly CompressionTask[] }

/** A system error in a form that a message carries on every version of Node. */
export interface SystemErrorFields {
  readonly message: string
  readonly code: string | undefined
  readonly errno: number | undefined
  readonly syscall: string | undefined
}

/** The control memory of one writer: any thread may hold one. */
export class Control {
  readonly handle: SharedArrayBuffer
  readonly #words: Int32Array

  constructor(handle: SharedArrayBuffer = new SharedArrayBuffer(CONTROL_BYTES)) {
    this.handle = handle
    this.#words = new Int32Array(handle)
  }

  // --- askers ---

  /** Asks, and returns the ticket to wait for. Ring the consumer's bell afterwards. */
  ask(request: Request): number {
    const ticket = (Atomics.add(this.#words, wordOf(request, ASKED), 1) + 1) | 0
    Atomics.add(this.#words, REQUESTS, 1)
    return ticket
  }

  /** The answer to a ticket: true = done, false = failed, null = not yet. */
  answer(request: Request, ticket: number): boolean | null {
    if (!reached(this.#of(request, DONE), ticket)) return null
    // What the kernel could not write it forgets, and a later sync succeeds without it: one failure counts for all
    // tickets before it.
    const hasFailed = this.#of(request, HAS_FAILED) === 1
    return !(hasFailed && reached(this.#of(request, FAILED), ticket))
  }

  /** Read this before looking at an answer, and pass it to a wait. */
  get answers(): number {
    return this.#word(ANSWERS)
  }

  /** Sleeps until something is answered, for at most `ms`. Blocks the thread. */
  waitForAnswer(seen: number, ms: number): void {
    Atomics.wait(this.#words, ANSWERS, seen, ms)
  }

  /** As {@link waitForAnswer} without blocking the event loop. */
  answerAsync(seen: number, ms: number): Promise<void> {
    return waitAsync(this.#words, ANSWERS, seen, ms)
  }

  // --- the consumer ---

  /** Changes with every request. */
  get requests(): number {
    return this.#word(REQUESTS)
  }

  /** The newest ticket asked for; read it before looking at the lanes. 0 = none yet. */
  asked(request: Request): number {
    return this.#of(request, ASKED)
  }

  isOpen(request: Request, ticket: number): boolean {
    return this.answer(request, ticket) === null
  }

  /** Answers every ticket up to this one. The result is visible before the answer. */
  settle(request: Request, ticket: number, done: boolean): void {
    if (!done) {
      Atomics.store(this.#words, wordOf(request, FAILED), ticket)
      Atomics.store(this.#words, wordOf(request, HAS_FAILED), 1)
    }
    Atomics.store(this.#words, wordOf(request, DONE), ticket)
    Atomics.add(this.#words, ANSWERS, 1) // publishes the answer
    Atomics.notify(this.#words, ANSWERS)
  }

  /** The consumer has ended: every stop is answered, asked for or not. */
  settleStop(): void {
    this.settle('stop', this.asked('stop') || STOP_TICKET, true)
  }

  get stopAsked(): boolean {
    return this.asked('stop') !== 0
  }

  get isStopped(): boolean {
    return this.#of('stop', DONE) !== 0
  }

  /** True while the consumer is inside a write, from which nobody can call it back. */
  get isWriting(): boolean {
    return this.#word(WRITING) === 1
  }

  setWriting(isWriting: boolean): void {
    Atomics.store(this.#words, WRITING, isWriting ? 1 : 0)
  }

  /** True during a sync; at the start of a consumer, if the one before died in it and nobody knows the answer. */
  get isSyncing(): boolean {
    return this.#word(SYNCING) === 1
  }

  setSyncing(isSyncing: boolean): void {
    Atomics.store(this.#words, SYNCING, isSyncing ? 1 : 0)
  }

  /** True if the file is longer than its content although the writer has stopped. */
  get hasTail(): boolean {
    return this.#word(HAS_TAIL) === 1
  }

  leaveTail(): void {
    Atomics.store(this.#words, HAS_TAIL, 1)
  }

  /** True once the reader is gone: what was not written by then is dropped, and so is what comes later. */
  get isReaderGone(): boolean {
    return this.#word(READER_GONE) === 1
  }

  loseReader(): void {
    Atomics.store(this.#words, READER_GONE, 1) // observed before the stop is answered, which ends the writer
  }

  /** False while the writer thread starts: it loads koffi, and must not be stopped meanwhile. */
  get isLoaded(): boolean {
    return this.#word(LOADED) === 1
  }

  setLoaded(isLoaded: boolean): void {
    Atomics.store(this.#words, LOADED, isLoaded ? 1 : 0)
  }

  #of(request: Request, word: number): number {
    return this.#word(wordOf(request, word))
  }

  #word(index: number): number {
    return Atomics.load(this.#words, index)
  }
}

function wordOf(request: Request, word: number): number {
  return ROWS[request] * ROW_WORDS + word
}

/** Tickets wrap like every counter here. */
function reached(value: number, ticket: number): boolean {
  return ((value - ticket) | 0) >= 0
}

/** Notes that the sink failed, and tells the writer. */
export function reportFailure(
  { record, emit }: { readonly record: DrainRecord; readonly emit: (event: ThreadEvent) => void },
  during: FailedDrain,
  error: unknown,
): void {
  record.countError(during === 'lastWrite' ? 'write' : during, error)
  emit({ type: 'error', during, error: systemErrorFields(error) })
}

/** The parts of a system error that survive a message. */
export function systemErrorFields(error: unknown): SystemErrorFields {
  if (!(error instanceof Error))
    return { message: String(error), code: undefined, errno: undefined, syscall: undefined }
  const { code, errno, syscall } = error as NodeJS.ErrnoException
  return { message: error.message, code, errno, syscall }
}
