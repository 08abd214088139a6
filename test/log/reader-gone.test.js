// The reader of a descriptor goes away: no other can come, so the writer ends, says so, and keeps nobody waiting.

import assert from 'node:assert/strict'
import { closeSync, constants, openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { startProgram } from '../helpers/program.js'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'

const ENDED = {
  answer: false,
  events: [['ERR_READER_GONE', 'EPIPE']],
  after: [false, false, 0],
  lifecycle: [false, false, false, false],
  isRunning: false,
  isBalanced: true,
  pending: 0,
  hasDropped: true,
}

describe('a writer on standard output whose reader is gone', () => {
  for (const kind of ['pipe', 'socket']) {
    for (const thread of [true, false]) {
      for (const how of ['send', 'sendAsync', 'attached']) {
        const writerType = how === 'send' ? 'line' : 'block'
        test(`ends, and ${how} is false (${kind}, thread: ${thread})`, async (t) => {
          const { report, done } = startWithoutReader(t, kind, ['1', writerType, thread, how])
          assert.deepEqual(JSON.parse(await report), ENDED)
          assert.equal((await done).code, 0)
        })
      }
    }

    test(`does not hold up the end of the process (${kind})`, async (t) => {
      const { report, done } = startWithoutReader(t, kind, ['1', 'block', true, 'exit'])
      const expected = { late: false, isBalanced: true, pending: 0, hasDropped: true }
      assert.deepEqual(JSON.parse(await report), expected)
      assert.equal((await done).code, 5)
    })
  }
})

function startWithoutReader(t, kind, args) {
  const output = kind === 'pipe' ? pipeWithoutReader(t) : 'pipe'
  const { child, done } = startProgram(t, 'reader-gone.js', args, {
    stdio: ['ignore', output, 'pipe', 'pipe'],
  })
  child.stdout?.destroy()
  return { report: text(child.stdio[3]), done }
}

/** A pipe as an application inherits it. */
function pipeWithoutReader(t) {
  const { path, reader } = sleepingFifo(t)
  const writer = openSync(path, constants.O_WRONLY)
  closeSync(reader)
  t.after(() => closeSync(writer))
  return writer
}
