// A drain loop on doubles: a real queue, a sink in memory, a clock that stands still, and what it emitted.

import { Consumer } from '../../build/queue/consumer.js'
import { Doorbell } from '../../build/queue/doorbell.js'
import { DrainRecord } from '../../build/queue/drain-record.js'
import { DrainLoop } from '../../build/drain/drain-loop.js'
import { Pacing } from '../../build/drain/pacing.js'
import { Control } from '../../build/drain/protocol.js'
import { ManualClock } from './manual-clock.js'
import { MemorySink } from './memory-sink.js'
import { createQueue, totalsOf } from './queue.js'

export class DrainFixture {
  clock = new ManualClock(5000)
  doorbell = new Doorbell()
  control = new Control()
  events = []
  reaps = 0

  constructor({
    writerType = 'line',
    mode = 'trigger',
    batchLines = 100,
    flushIntervalMs = 100,
    sink = new MemorySink(),
    ...size
  } = {}) {
    this.sink = sink
    this.queue = createQueue({ lines: 1000, bytes: 65536, ...size })
    const { lineLimit, byteLimit } = this.queue.memory.geometry
    this.settings = { writerType, mode, batchLines, flushIntervalMs, lineLimit, byteLimit }
    this.record = new DrainRecord(this.queue.memory.buffer)
    this.loop = this.takeOver()
  }

  /** A new loop on the same queue, as after the death of the one before. */
  takeOver() {
    this.loop = new DrainLoop({
      consumer: new Consumer(this.queue.memory),
      doorbell: this.doorbell,
      control: this.control,
      record: this.record,
      sink: this.sink,
      live: null,
      pacing: new Pacing(this.settings, this.clock.now()),
      clock: this.clock,
      isReaderGone: () => false,
      reap: () => this.reaps++,
      emit: (event) => this.events.push(event),
    })
    return this.loop
  }

  send(...lines) {
    return this.queue.producers[0].push(lines)
  }

  /** Turns, resting as the loop says on the clock, until `isDone`. Returns the rests. */
  turnUntil(isDone, most = 1000) {
    const rests = []
    for (let n = 0; !isDone(); n++) {
      if (n === most) throw new Error(`Not done after ${most} turns`)
      const rest = this.loop.turn()
      rests.push(rest.ms)
      this.clock.advance(Math.max(0, rest.ms))
    }
    return rests
  }

  get totals() {
    return totalsOf(this.queue.memory)
  }
}
