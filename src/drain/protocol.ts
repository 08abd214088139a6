// What the caller's threads and the consumer say to each other besides lines: requests (flush, sync, stop) as
// counters in shared memory, so that any thread can ask and a synchronous wait can be answered, and events as
// messages. This page is the whole vocabulary.
//
// A request is a ticket: the asker adds one to ASKED and waits until DONE has reached its number.

import { waitAsync } from '../queue/doorbell.js'

const FLUSH_ASKED = 0
const FLUSH_DONE = 1
const SYNC_ASKED = 2
const SYNC_DONE = 3
/** The newest ticket that was answered with false; means something once HAS_FAILED is 1. */
const SYNC_FAILED = 4
const STOP_ASKED = 5
const STOP_DONE = 6
/** 1 while the consumer is inside a call of the sink. */
const WRITING = 8
/** 1 after the disk once failed to confirm a sync. */
const SYNC_BROKEN = 9
/** 1 if the file could not be given its exact length at the end. */
const HAS_TAIL = 10
/** 1 after a sync was answered with false. */
const HAS_FAILED = 11
/** 1 while the consumer waits for the disk to confirm. */
const SYNCING = 12
/** 1 once the reader is gone: nothing will ever be written again. */
const READER_GONE = 13
/** Raised after each answer: askers sleep on it. */
const ANSWERS = 7
/** 1 once the writer thread has loaded all that it needs. */
const LOADED = 14
const WORDS = 16

// Doubles after the words.
const ERRORS = 0
const FLUSHES = 1
const TOTALS = 2

/** A stop is asked for once and for all: every asker has this ticket. */
export const STOP_TICKET = 1

/** What can be asked of the consumer. */
export type Request = 'flush' | 'sync' | 'stop'

/** What failed; `'lastWrite'`: no later one can succeed. */
export type FailedCall = 'write' | 'lastWrite' | 'sync'

/** What the consumer tells the writer, by message. */
export type ThreadEvent =
  | { readonly type: 'error'; readonly during: FailedCall; readonly error: SystemErrorFields }
  | { readonly type: 'drain' }
  /** Other threads have dropped lines; the numbers are in the lanes. */
  | { readonly type: 'drop' }

/** A system error in a form that a message carries on every version of Node. */
export interface SystemErrorFields {
  readonly message: string
  readonly code: string | undefined
  readonly errno: number | undefined
  readonly syscall: string | undefined
}

export const CONTROL_BYTES: number = WORDS * 4 + TOTALS * 8

/** The control memory of one writer: any thread may hold one. */
export class Control {
  readonly handle: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #totals: Float64Array

  constructor(handle: SharedArrayBuffer = new SharedArrayBuffer(CONTROL_BYTES)) {
    this.handle = handle
    this.#words = new Int32Array(handle, 0, WORDS)
    this.#totals = new Float64Array(handle, WORDS * 4, TOTALS)
  }

  // --- askers ---

  /** Asks, and returns the ticket to wait for. Ring the consumer's bell afterwards. */
  ask(request: Request): number {
    if (request === 'stop') {
      Atomics.store(this.#words, STOP_ASKED, 1)
      return STOP_TICKET
    }
    return (Atomics.add(this.#words, request === 'flush' ? FLUSH_ASKED : SYNC_ASKED, 1) + 1) | 0
  }

  /** The answer to a ticket: true = done, false = failed, null = not yet. */
  answer(request: Request, ticket: number): boolean | null {
    if (request === 'stop') return this.#word(STOP_DONE) === 1 ? true : null
    if (!reached(this.#word(request === 'flush' ? FLUSH_DONE : SYNC_DONE), ticket)) return null
    // What the kernel could not write it forgets, and a later sync succeeds without it: one failure counts for all
    // tickets before it.
    const hasFailed = request === 'sync' && this.#word(HAS_FAILED) === 1
    return !(hasFailed && reached(this.#word(SYNC_FAILED), ticket))
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

  /** The newest ticket asked for; read it before looking at the lanes. */
  asked(request: 'flush' | 'sync'): number {
    return this.#word(request === 'flush' ? FLUSH_ASKED : SYNC_ASKED)
  }

  get stopAsked(): boolean {
    return this.#word(STOP_ASKED) === 1
  }

  isOpen(request: 'flush' | 'sync', ticket: number): boolean {
    return this.answer(request, ticket) === null
  }

  /** Answers every ticket up to this one. */
  settle(request: Request, ticket: number, done: boolean): void {
    if (request === 'stop') Atomics.store(this.#words, STOP_DONE, 1)
    else if (request === 'flush') Atomics.store(this.#words, FLUSH_DONE, ticket)
    else this.#settleSync(ticket, done)
    Atomics.add(this.#words, ANSWERS, 1) // publishes the answer
    Atomics.notify(this.#words, ANSWERS)
  }

  /** Whoever sees the ticket answered sees how. */
  #settleSync(ticket: number, done: boolean): void {
    if (!done) {
      Atomics.store(this.#words, SYNC_FAILED, ticket)
      Atomics.store(this.#words, HAS_FAILED, 1)
    }
    Atomics.store(this.#words, SYNC_DONE, ticket)
  }

  get isStopped(): boolean {
    return this.#word(STOP_DONE) === 1
  }

  /** True while the consumer is inside a write, from which nobody can call it back. */
  get isWriting(): boolean {
    return this.#word(WRITING) === 1
  }

  /** True after the disk once failed to confirm: nothing it says later can be believed. */
  get isSyncBroken(): boolean {
    return this.#word(SYNC_BROKEN) === 1
  }

  /** True if the file is longer than its content although the writer has stopped. */
  get hasTail(): boolean {
    return this.#word(HAS_TAIL) === 1
  }

  /** True once the reader is gone: what was not written by then is dropped, and so is what comes later. */
  get isReaderGone(): boolean {
    return this.#word(READER_GONE) === 1
  }

  loseReader(): void {
    Atomics.store(this.#words, READER_GONE, 1) // observed before STOP_DONE, which ends the writer
  }

  leaveTail(): void {
    Atomics.store(this.#words, HAS_TAIL, 1)
  }

  breakSync(): void {
    Atomics.store(this.#words, SYNC_BROKEN, 1)
  }

  /** True during a sync; at the start of a consumer, if the one before died in it and nobody knows the answer. */
  get isSyncing(): boolean {
    return this.#word(SYNCING) === 1
  }

  setSyncing(isSyncing: boolean): void {
    Atomics.store(this.#words, SYNCING, isSyncing ? 1 : 0)
  }

  setWriting(isWriting: boolean): void {
    Atomics.store(this.#words, WRITING, isWriting ? 1 : 0)
  }

  /** False while the writer thread starts: it loads koffi, and must not be stopped meanwhile. */
  get isLoaded(): boolean {
    return this.#word(LOADED) === 1
  }

  setLoaded(isLoaded: boolean): void {
    Atomics.store(this.#words, LOADED, isLoaded ? 1 : 0)
  }

  // --- numbers; each has one writer, the consumer ---

  get errors(): number {
    return this.#totals[ERRORS] ?? 0
  }

  countError(): void {
    this.#totals[ERRORS] = this.errors + 1
  }

  /** Writes that reached the kernel. */
  get flushes(): number {
    return this.#totals[FLUSHES] ?? 0
  }

  countFlush(): void {
    this.#totals[FLUSHES] = this.flushes + 1
  }

  #word(index: number): number {
    return Atomics.load(this.#words, index)
  }
}

/** Tickets wrap like every counter here. */
function reached(value: number, ticket: number): boolean {
  return ((value - ticket) | 0) >= 0
}

/** The parts of a system error that survive a message. */
export function systemErrorFields(error: unknown): SystemErrorFields {
  if (!(error instanceof Error))
    return { message: String(error), code: undefined, errno: undefined, syscall: undefined }
  const { code, errno, syscall } = error as NodeJS.ErrnoException
  return { message: error.message, code, errno, syscall }
}
