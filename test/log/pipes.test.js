// FIFOs and pipes: a reader that sleeps, and one that goes away.

import assert from 'node:assert/strict'
import { closeSync, createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { checkNumbered, lineOf } from '../helpers/numbered-lines.js'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'
import { until } from '../helpers/until.js'

const LINES = 20_000

for (const thread of [true, false]) {
  for (const writerType of ['line', 'block']) {
    describe(`a FIFO, ${writerType} writer, thread: ${thread}`, () => {
      test('gets every line when its reader wakes up', async (t) => {
        const { path, read } = sleepingFifo(t)
        const writer = createWriter(path, { writerType, thread, queueSize: 0, exitTimeout: 0 })
        // More than a pipe holds (64 KB), so the writer finds it full for a while.
        for (let n = 0; n < LINES; n++) writer.send(lineOf(0, n))
        assert.equal(await writer.flush(1), false)
        assert.ok(writer.metrics.pending > 0)
        const reading = read()
        assert.equal(await writer.stop(Infinity), true)
        const numbers = checkNumbered(await reading).get(0)
        assert.equal(numbers.length, LINES)
        assert.equal(writer.metrics.errors, 0, 'a reader that sleeps is not an error')
      })

      test('whose reader goes away is an error that is told and counted, not a crash', async (t) => {
        const { path, reader } = sleepingFifo(t)
        const writer = createWriter(path, { writerType, thread, exitTimeout: 0 })
        const errors = []
        writer.on('error', (error) => errors.push(error.cause.code))
        writer.send('a line')
        assert.equal(await writer.flush(Infinity), true)
        closeSync(reader)
        writer.send('another')
        await until(() => errors.length > 0)
        assert.equal(errors[0], 'EPIPE')
        assert.equal(writer.metrics.errors >= 1, true)
        assert.equal(writer.metrics.pending, 1)
        // A new reader gets both: the one line waits in the pipe, the other in the queue.
        const reading = text(createReadStream(path))
        assert.equal(await writer.stop(Infinity), true)
        assert.equal(await reading, 'a line\nanother\n')
      })
    })
  }
}
