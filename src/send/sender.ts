// Puts batches of lines into one lane, as a policy says, and tells the other side. A writer, an attached thread and a
// queue `Q` each have one on the thread that sends.
//
// An exception may end a call at any point: a stack overflow, or the termination of a `vm` script, which runs no
// `finally`. Nothing that runs inside put() is the application's, so a call that finds the one before unfinished knows
// that it was cut short, and settles what it left.

import type { Batch } from '../queue/batch.js'
import type { Doorbell } from '../queue/doorbell.js'
import type { QueuePolicy } from '../constants.js'
import { L_BLOCKED_MS, L_DROPPED, L_ENQUEUED, L_PUTTING, L_TAIL } from '../queue/layout.js'
import { putBatch } from '../queue/policies.js'
import type { Producer } from '../queue/producer.js'
import { nextTick, now } from '../runtime.js'
import type { Room } from './room.js'

/** What a sender needs. */
export interface SenderPorts {
  readonly producer: Producer
  readonly doorbell: Doorbell
  /** Called where the queue may no longer take lines; it throws or returns true if what is put must be refused. */
  readonly isOver: () => boolean
  readonly room: Room
  /** Lines were dropped. */
  readonly onDrop: (lines: number) => void
  /** A call has waited for room, so many milliseconds. */
  readonly onBlocked?: (ms: number) => void
}

/** Puts lines into a lane. */
export class Sender {
  readonly #ports: SenderPorts
  /** True while a put runs, and after it was cut short. */
  #isPutting = false

  constructor(ports: SenderPorts) {
    this.#ports = ports
  }

  get producer(): Producer {
    return this.#ports.producer
  }

  /** True while a put runs, and after it was cut short until it is settled. */
  get isPutting(): boolean {
    return this.#isPutting
  }

  /**
   * Puts a batch into the queue as the policy says. If it throws, none of the lines that were not published before will
   * ever be.
   * @param isStaged what is not published when it throws is tried again; otherwise the rest of a batch that was published
   *   in part counts as refused
   * @returns how many of its lines were refused
   */
  put(batch: Batch, policy: QueuePolicy, isStaged = false): number {
    this.settle()
    const { producer, isOver } = this.#ports
    const { words, totals } = producer.lane
    const tail = words[L_TAIL] as number
    const dropped = totals[L_DROPPED] as number
    let refused = 0
    let isPut = false
    this.#isPutting = true
    Atomics.store(words, L_PUTTING, 1) // observed by the owner, who waits for this call before it closes the log
    try {
      refused = isOver() ? refuseAll(producer, batch) : putBatch(producer, batch, policy, this.#waitForRoom)
      isPut = true
      Atomics.store(words, L_PUTTING, 0)
    } catch (error) {
      words[L_PUTTING] = 0 // no call in here: the stack may be full
      const published = ((words[L_TAIL] as number) - tail) | 0
      if (!isPut && published < batch.length) {
        if (isStaged || published === 0) throw error
        refused = batch.length - published
        totals[L_ENQUEUED] = (totals[L_ENQUEUED] as number) + refused
        totals[L_DROPPED] = (totals[L_DROPPED] as number) + refused
      }
    }
    try {
      this.#afterPut((totals[L_DROPPED] as number) - dropped)
    } catch {
      // The lines are where they belong, so send() must not throw. The next put, or the next turn, settles the rest.
    }
    return refused
  }

  /** As {@link put} for one line of text that has room and needs nothing else. False if it does; then nothing has happened. */
  putAlone(line: string): boolean {
    this.settle()
    const { producer, isOver } = this.#ports
    const { words } = producer.lane
    let isPut = false
    this.#isPutting = true
    Atomics.store(words, L_PUTTING, 1) // as in put()
    try {
      isPut = !isOver() && producer.pushLine(line)
      Atomics.store(words, L_PUTTING, 0)
    } catch (error) {
      words[L_PUTTING] = 0 // no call in here: the stack may be full
      if (!isPut) throw error
    }
    this.#isPutting = false
    return isPut
  }

  /** Settles what a call that was cut short has left. */
  settle(): void {
    if (!this.#isPutting) return
    const { producer } = this.#ports
    producer.settle()
    producer.lane.setPutting(false)
    this.#isPutting = false
  }

  #afterPut(dropped: number): void {
    const { doorbell, onDrop } = this.#ports
    if (dropped > 0) {
      doorbell.noteFull()
      onDrop(dropped)
    }
    this.#isPutting = false
  }

  readonly #waitForRoom = (bytes: number): boolean => {
    const { producer, room, onBlocked } = this.#ports
    nextTick(this.#endOfTick) // a wait is where a time limit would strike
    const start = now()
    const hasRoom = room.wait(() => producer.fits(bytes))
    const ms = now() - start
    producer.lane.addTo(L_BLOCKED_MS, ms)
    onBlocked?.(ms)
    return hasRoom
  }

  readonly #endOfTick = (): void => this.settle()
}

function refuseAll(producer: Producer, batch: Batch): number {
  producer.refuse(batch.length)
  return batch.length
}
