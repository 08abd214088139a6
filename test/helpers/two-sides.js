// Producer and consumer of one queue as the two sides of a schedule: the producer on the calling thread, the
// consumer on a worker. Each run begins with the same fresh memory.

import { Worker } from 'node:worker_threads'
import { Baton } from './baton.js'
import { createQueue, drainAll, totalsOf } from './queue.js'
import { Consumer } from '../../build/queue/consumer.js'
import { Producer } from '../../build/queue/producer.js'

const OUTPUT_BYTES = 4096

/** Runs a producer's work against a consumer under any schedule. */
export class TwoSides {
  #fresh
  #baton = new Baton(0)
  #output = new SharedArrayBuffer(OUTPUT_BYTES)
  #worker

  /**
   * @param size of the queue, as for createQueue
   * @param produce what the producer's side does, called with a producer
   * @param pace claimBytes and writeBytes: how much is claimed and written at once; looks: how often the consumer looks
   */
  constructor({ produce, claimBytes = 1000, writeBytes = 1000, looks = 2, ...size }) {
    this.queue = createQueue(size)
    this.produce = produce
    this.#fresh = new Uint8Array(this.queue.memory.buffer).slice()
    this.#worker = new Worker(new URL('../programs/consumer-side.js', import.meta.url), {
      workerData: {
        handle: this.queue.memory.handle,
        baton: this.#baton.handle,
        output: this.#output,
        claimBytes,
        writeBytes,
        looks,
      },
    })
  }

  /** One run; what is left at its end is drained. Returns the lines that came out, the totals, and the changes. */
  run(schedule) {
    const { memory } = this.queue
    const { buffer } = memory
    new Uint8Array(buffer).set(this.#fresh)
    const producer = new Producer(memory, this.queue.laneAt(0))
    let result
    this.#baton.begin(schedule)
    this.#baton.run(buffer, () => {
      result = this.produce(producer)
    })
    const at = JSON.stringify(schedule)
    if (this.#baton.error !== null) throw new Error(`Producer, schedule ${at}`, { cause: this.#baton.error })
    if (this.#baton.isBroken) throw new Error(`The consumer failed or runs in a circle, schedule ${at}`)
    const [length] = new Int32Array(this.#output, 0, 1)
    const text = Buffer.from(this.#output, 4, length).toString() + drainAll(new Consumer(memory)).toString()
    const lines = text.split('\n').slice(0, -1)
    return { lines, result, totals: totalsOf(memory), changes: this.#baton.changes, at }
  }

  async stop() {
    await this.#worker.terminate()
  }
}
