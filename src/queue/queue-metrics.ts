// The live numbers of a queue: sums over all lanes, read from shared memory by any thread.

import { Metrics, type MetricsSnapshot } from '../metrics.js'
import { Lane } from './lane.js'
import {
  H_LANES_USED,
  L_BLOCKED_MS,
  L_DROPPED,
  L_ENQUEUED,
  L_SYNCED,
  L_WRITTEN,
  L_WRITTEN_BYTES,
  PAGE_BYTES,
} from './layout.js'
import type { QueueMemory } from './memory.js'

/** What a writer's `metrics.getSnapshot()` returns. */
export interface QueueMetricsSnapshot extends MetricsSnapshot {
  /** Bytes that the kernel has taken. */
  readonly bytesWritten: number
  /** Milliseconds that `send` spent waiting for room, under the policy `block`. */
  readonly blockedMs: number
  /** Lines that the disk has confirmed: by `sync()` or `syncInterval`. */
  readonly synced: number
}

/** What the numbers are read from. */
export interface QueueMetricsPorts {
  readonly memory: QueueMemory
  /** Why this queue is not crash-safe; `null` if it is. */
  readonly notCrashSafeBecause: string | null
  /** Lines this thread has accepted and not yet committed. */
  readonly staged: () => number
  readonly errors: () => number
  /** True once nothing will ever be written again: then whatever was not written counts as dropped. */
  readonly isReaderGone: () => boolean
}

type LateCounts = Pick<QueueMetricsSnapshot, 'written' | 'bytesWritten' | 'dropped'>

/** Live numbers of one queue. The writer thread goes on counting, so numbers that belong together come from one snapshot. */
export class QueueMetrics extends Metrics {
  /** Why what is handed over would not survive SIGKILL; `null` if it would. */
  readonly notCrashSafeBecause: string | null
  readonly #memory: QueueMemory
  readonly #header: Int32Array
  readonly #staged: () => number
  readonly #errors: () => number
  readonly #isReaderGone: () => boolean
  readonly #lanes: Lane[] = []
  #final: QueueMetricsSnapshot | null = null

  /** @internal */
  constructor({ memory, notCrashSafeBecause, staged, errors, isReaderGone }: QueueMetricsPorts) {
    super()
    this.notCrashSafeBecause = notCrashSafeBecause
    this.#memory = memory
    this.#header = new Int32Array(memory.buffer, 0, PAGE_BYTES / 4)
    this.#staged = staged
    this.#errors = errors
    this.#isReaderGone = isReaderGone
  }

  /** True if what is handed over survives the death of the process. */
  get crashSafe(): boolean {
    return this.notCrashSafeBecause === null
  }

  /** Bytes that the kernel has taken. */
  get bytesWritten(): number {
    return this.getSnapshot().bytesWritten
  }
  /** Milliseconds that `send` spent waiting for room, under the policy `block`. */
  get blockedMs(): number {
    return this.getSnapshot().blockedMs
  }
  /** Lines that the disk has confirmed: by `sync()` or `syncInterval`. */
  get synced(): number {
    return this.getSnapshot().synced
  }

  /** Lines that may wait: those of one queue, times the threads that send. */
  get capacity(): number {
    return this.#memory.geometry.lineLimit * this.#usedLanes().length
  }

  override getSnapshot(): QueueMetricsSnapshot {
    if (this.#final !== null) return { ...this.#final, errors: this.#errors() } // closing the log may fail yet
    let written = 0
    let dropped = 0
    let enqueued = this.#staged()
    for (const lane of this.#usedLanes()) {
      const writtenHere = lane.total(L_WRITTEN)
      const droppedHere = lane.total(L_DROPPED)
      written += writtenHere
      dropped += droppedHere
      // Read last. A producer publishes a line before it counts it; in between it may already be written.
      enqueued += Math.max(lane.total(L_ENQUEUED), writtenHere + droppedHere)
    }
    const unwritten = enqueued - written - dropped
    const isReaderGone = this.#isReaderGone()
    return {
      enqueued,
      written,
      dropped: isReaderGone ? dropped + unwritten : dropped,
      errors: this.#errors(),
      pending: isReaderGone ? 0 : unwritten,
      bytesWritten: this.#sum(L_WRITTEN_BYTES),
      blockedMs: this.#sum(L_BLOCKED_MS),
      synced: this.#sum(L_SYNCED),
    }
  }

  /** @internal The memory is about to go: these are the last numbers. */
  freeze(): void {
    this.#final ??= this.getSnapshot()
  }

  /** @internal What came after the last numbers: lines that were accepted and written at once, or dropped. */
  countLate({ written, bytesWritten, dropped }: LateCounts): void {
    const final = this.#final
    if (final === null) return
    this.#final = {
      ...final,
      enqueued: final.enqueued + written + dropped,
      written: final.written + written,
      dropped: final.dropped + dropped,
      bytesWritten: final.bytesWritten + bytesWritten,
    }
  }

  #sum(total: number): number {
    return this.#usedLanes().reduce((sum, lane) => sum + lane.total(total), 0)
  }

  #usedLanes(): readonly Lane[] {
    const used = Atomics.load(this.#header, H_LANES_USED)
    while (this.#lanes.length < used) this.#lanes.push(new Lane(this.#memory, this.#lanes.length))
    return this.#lanes
  }
}
