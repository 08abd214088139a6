// When to write what waits, and how long to sleep otherwise: the three modes and the difference between
// line and block writer, as decisions without side effects. The drain loop asks; the clock is an argument.

import { BLOCK_BYTES, Mode, WriterType } from '../constants.js'
import type { Waiting } from '../queue/consumer.js'
import { NEVER } from '../queue/doorbell.js'

/** How the thread may rest: until the bell rings, which it does when so much waits, at most so long. */
export interface Rest {
  /** 0 = not at all. */
  readonly ms: number
  readonly lines: number
  readonly bytes: number
}

/** What the decisions depend on; plain data, so it can be posted to the thread. */
export interface PacingSettings {
  readonly writerType: WriterType
  readonly mode: Mode
  readonly batchLines: number
  readonly flushIntervalMs: number
  /** 0 = sync only when asked. */
  readonly syncIntervalMs: number
  readonly lineLimit: number
  readonly byteLimit: number
}

/** Sleep of a thread that has nothing to do; it only looks for lanes of dead threads then. */
const IDLE_MS = 2000
/**
 * Pause while lines flow without end: what it adds to the freshness of a line in a busy log. 1 ms let the queue fill up more
 * often: with 0.25 and the watermark at half of the queue, 8 % more lines a second (Node 24: 18 %) and a third of the context
 * switches. Where the queue fills slowly, the pause is longer, up to the other limit.
 */
const FLOW_MS = 0.25
const LONGEST_FLOW_MS = 1
/** What fills up during a pause, as a part of the queue. */
const FLOW_PART = 4

/** The rhythm of one drain loop. */
export class Pacing {
  readonly #settings: PacingSettings
  /** What makes a batch: less than the queue holds, or a small queue would be full before it is due. */
  readonly #batchLines: number
  readonly #batchBytes: number
  /** What ends a pause while lines flow. */
  readonly #watermark: { readonly lines: number; readonly bytes: number }
  /** When the oldest waiting line was first seen; null = nothing waits. */
  #waitingSince: number | null = null
  /** Since when lines may have come that do not wake the thread; null = the first one does. */
  #restsSince: number | null = null
  #wroteAt = -Infinity
  #nextTick: number
  #justWrote = false

  constructor(settings: PacingSettings, now: number) {
    const half = (limit: number): number => Math.max(1, limit >>> 1)
    this.#settings = settings
    this.#batchLines = Math.min(settings.batchLines, half(settings.lineLimit))
    this.#batchBytes = Math.min(BLOCK_BYTES, half(settings.byteLimit))
    this.#watermark = { lines: half(settings.lineLimit), bytes: half(settings.byteLimit) }
    this.#nextTick = now + settings.flushIntervalMs
  }

  /** What waits now has waited for nobody knows how long: it is due. */
  takeOver(): void {
    this.#restsSince = -Infinity
  }

  /** Is it time to write what waits? */
  isDue(waiting: Waiting, now: number): boolean {
    if (waiting.lines === 0) {
      this.#waitingSince = null
      return false
    }
    this.#waitingSince ??= this.#restsSince ?? now
    const { mode, writerType, flushIntervalMs } = this.#settings
    if (mode === Mode.MANUAL) return false
    if (this.#waitingSince === -Infinity) return true
    if (waiting.lines >= this.#batchLines || waiting.bytes >= this.#batchBytes) return true
    if (mode === Mode.LOOP) return now >= this.#tickFor(this.#waitingSince)
    return writerType !== WriterType.BLOCK || now - this.#waitingSince >= flushIntervalMs
  }

  /** Everything that was seen has been written. */
  wrote(): void {
    this.#waitingSince = null
    this.#justWrote = true
  }

  /** How to rest after a turn that left `waiting`. */
  rest(waiting: Waiting, now: number): Rest {
    const { mode, flushIntervalMs } = this.#settings
    this.#restsSince = null
    if (mode === Mode.MANUAL) return { ms: IDLE_MS, lines: NEVER, bytes: NEVER }
    if (this.#justWrote) {
      this.#justWrote = false
      const rest = this.#restAfterWrite(waiting, now - this.#wroteAt)
      this.#wroteAt = now
      if (rest !== null) {
        if (mode !== Mode.LOOP) this.#restsSince = now
        return rest
      }
    }
    if (this.#waitingSince === null) return { ms: IDLE_MS, lines: 1, bytes: 1 }
    const due = mode === Mode.LOOP ? this.#tickFor(this.#waitingSince) : this.#waitingSince + flushIntervalMs
    const left = Math.max(0.1, due - now)
    // Each producer counts only its own lane, so where several fill up together the thread counts.
    return {
      ms: waiting.lanes > 1 ? Math.min(left, FLOW_MS) : left,
      lines: this.#batchLines,
      bytes: this.#batchBytes,
    }
  }

  /**
   * Each wake-up costs both sides. So the next line alone does not end the rest, if more are to be expected: while lines flow
   * without end, the thread looks by itself; else it is woken for a batch.
   * @param elapsed since the write before
   * @returns null = the next line is to be written at once
   */
  #restAfterWrite({ lines, lanes }: Waiting, elapsed: number): Rest | null {
    const { mode, writerType, flushIntervalMs, lineLimit } = this.#settings
    if (mode === Mode.LOOP) return { ms: FLOW_MS, ...this.#watermark }
    const gathers = writerType === WriterType.BLOCK
    const isFlowing = gathers ? lines >= this.#batchLines * elapsed || lanes > 1 : elapsed < 2 * FLOW_MS
    if (isFlowing) {
      const fillMs = (lineLimit / FLOW_PART) * (elapsed / Math.max(1, lines))
      const ms = gathers && lanes <= 1 ? Math.min(LONGEST_FLOW_MS, Math.max(FLOW_MS, fillMs)) : FLOW_MS
      return { ms, ...this.#watermark }
    }
    if (!gathers || flushIntervalMs <= FLOW_MS) return null
    return { ms: flushIntervalMs, lines: this.#batchLines, bytes: this.#batchBytes }
  }

  /** The first tick of the fixed-rate timer that a line seen at `since` waits for. */
  #tickFor(since: number): number {
    const { flushIntervalMs } = this.#settings
    if (since >= this.#nextTick) {
      this.#nextTick += flushIntervalMs * (Math.floor((since - this.#nextTick) / flushIntervalMs) + 1)
    }
    return this.#nextTick
  }
}
