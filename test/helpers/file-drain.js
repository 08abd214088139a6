// A drain loop on the calling thread: a real queue and a real file, a disk and a clock of the test's.

import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Consumer } from '../../build/queue/consumer.js'
import { Doorbell } from '../../build/queue/doorbell.js'
import { Lane } from '../../build/queue/lane.js'
import { L_SYNCED } from '../../build/queue/layout.js'
import { FileSink } from '../../build/log/file-sink.js'
import { DrainLoop } from '../../build/drain/drain-loop.js'
import { Pacing } from '../../build/drain/pacing.js'
import { DrainRecord } from '../../build/queue/drain-record.js'
import { Control } from '../../build/drain/protocol.js'
import { tempFolder } from './temp-folder.js'
import { ManualClock } from './manual-clock.js'
import { createQueue, totalsOf } from './queue.js'
import { FaultyFs } from './faulty-fs.js'

/** Longer than any pause after a failure. */
const A_WHILE_MS = 2000

export class FileDrain {
  disk = new FaultyFs()
  clock = new ManualClock(5000)
  doorbell = new Doorbell()
  control = new Control()
  errors = []
  #syncIntervalMs
  #fd

  constructor(t, { syncIntervalMs = 0, copied = false } = {}) {
    this.path = join(tempFolder(t), 'app.log')
    this.#fd = openSync(this.path, 'a')
    t.after(() => closeSync(this.#fd))
    this.#syncIntervalMs = syncIntervalMs
    this.queue = createQueue({ lines: 1000, bytes: 65536, copied })
    this.record = new DrainRecord(this.queue.memory.buffer)
    this.takeOver()
  }

  /** A new loop on the same queue and file, as after the death of the thread. */
  takeOver() {
    const { lineLimit, byteLimit } = this.queue.memory.geometry
    const settings = { writerType: 'line', mode: 'trigger', batchLines: 100, flushIntervalMs: 100 }
    this.loop = new DrainLoop({
      consumer: new Consumer(this.queue.memory),
      doorbell: this.doorbell,
      control: this.control,
      record: this.record,
      sink: new FileSink(this.#fd, this.disk),
      live: null,
      pacing: new Pacing({ ...settings, lineLimit, byteLimit }, this.clock.now()),
      syncIntervalMs: this.#syncIntervalMs,
      clock: this.clock,
      isReaderGone: () => false,
      reap: () => {},
      emit: (event) => event.type === 'error' && this.errors.push(event),
    })
  }

  send(...lines) {
    this.queue.producers[0].push(lines)
  }

  /** One turn of the loop, when the pause after the last failure is over. */
  turn() {
    this.clock.advance(A_WHILE_MS)
    return this.loop.turn()
  }

  /** Asks, takes a turn, and returns the answer: null = none yet. */
  ask(request) {
    const ticket = this.control.ask(request)
    this.turn()
    return this.control.answer(request, ticket)
  }

  get bytes() {
    return readFileSync(this.path)
  }

  get text() {
    return this.bytes.toString()
  }

  get totals() {
    const synced = new Lane(this.queue.memory, 0).total(L_SYNCED)
    return { ...totalsOf(this.queue.memory), synced }
  }
}
