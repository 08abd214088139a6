// The writer thread is terminated at several moments: the writer notices, goes on, and every line is in the file
// exactly once.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { expectBalance } from '../../helpers/invariants.js'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { atWork, noThread, watchWriterThreads } from '../../helpers/writer-threads.js'

const LINES = 20_000

/** When the thread is terminated: at these numbers of lines sent. Between 2,000 and 18,000 it is at work. */
const MOMENTS = [0, 1, 1999, 5000, 9001, 14_000, LINES]

for (const writerType of WRITER_TYPES) {
  describe(`${writerType} writer: its thread is terminated`, () => {
    for (const policy of ['block', 'drop_oldest']) {
      for (const moment of MOMENTS) {
        test(`${policy}, when ${moment} lines were sent`, async (t) => {
          const path = join(tempFolder(t), 'app.log')
          if (moment <= 1) await noThread()
          const threads = watchWriterThreads(t)
          // Room for all: under drop_oldest nothing may be dropped here either.
          const queueSize = policy === 'block' ? 1000 : LINES
          const writer = createWriter(path, { writerType, policy, queueSize })
          const thread = await threads.next()
          if (moment > 1) await atWork(writer)
          const died = once(writer, 'error')
          for (let n = 0; n <= LINES; n++) {
            if (n === moment) void thread.terminate()
            if (n < LINES) writer.send(lineOf(0, n))
            if (n % 1000 === 999) await nextTurn()
          }
          const [error] = await died
          assert.equal(error.code, 'ERR_THREAD_DIED')
          assert.equal(await writer.flush(Infinity), true)
          assert.equal(await writer.stop(Infinity), true)
          expectAllLines(path, LINES)
          expectBalance(writer.metrics)
          assert.equal(writer.linesWritten, LINES)
        })
      }
    }
  })
}
