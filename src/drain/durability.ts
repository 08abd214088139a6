// Bringing what was written onto the disk: when it was asked for, or every syncInterval. Runs inside the drain
// loop. A disk that once failed to confirm is not believed again: the kernel forgets which pages it lost, so a later
// fdatasync would succeed without them.

import type { Consumer } from '../queue/consumer.js'
import type { DrainRecord } from '../queue/drain-record.js'
import type { Sink } from '../log/sink.js'
import { reportFailure, type Control, type ThreadEvent } from './protocol.js'

/** What durability works with. */
export interface DurabilityPorts {
  readonly consumer: Consumer
  readonly control: Control
  readonly record: DrainRecord
  readonly sink: Sink
  readonly emit: (event: ThreadEvent) => void
}

/** Syncs one log. */
export class Durability {
  readonly #ports: DurabilityPorts
  readonly #intervalMs: number
  #lastSync: number
  /** At first a predecessor may have left something. */
  #isDirty = true

  constructor(ports: DurabilityPorts, intervalMs: number, now: number) {
    this.#ports = ports
    this.#intervalMs = intervalMs
    this.#lastSync = now
    if (ports.control.isSyncing) this.#noAnswerLeft()
  }

  /** Bytes reached the kernel. */
  wrote(): void {
    this.#isDirty = true
  }

  /** Answers a request. */
  answer(ticket: number): void {
    this.#ports.control.settle('sync', ticket, this.#sync())
  }

  /** Syncs if the interval is over. Returns how long it may wait until the next time. */
  keepUp(now: number): number {
    if (this.#intervalMs === 0 || !this.#isDirty || this.#ports.record.isSyncBroken) return Infinity
    const left = this.#lastSync + this.#intervalMs - now
    if (left > 0) return left
    this.#lastSync = now
    this.#sync()
    return Infinity
  }

  /** Before the end: with an interval, nothing may stay behind. */
  finish(): void {
    if (this.#intervalMs > 0 && this.#isDirty) this.#sync()
  }

  #sync(): boolean {
    const { consumer, control, record, sink } = this.#ports
    if (record.isSyncBroken) return false
    control.setWriting(true)
    control.setSyncing(true)
    try {
      sink.sync()
      consumer.noteSynced()
      this.#isDirty = false
      return true
    } catch (error) {
      this.#failed(error)
      return false
    } finally {
      control.setSyncing(false) // after the failure was noted
      control.setWriting(false)
    }
  }

  /** The consumer before this one died while it waited for the disk: the kernel may have reported a loss to it, and reports it once. */
  #noAnswerLeft(): void {
    const { control, record } = this.#ports
    if (!record.isSyncBroken) this.#failed(new Error('the thread that waited for the answer died'))
    control.setSyncing(false)
  }

  #failed(error: unknown): void {
    this.#ports.record.breakSync()
    reportFailure(this.#ports, 'sync', error)
  }
}
