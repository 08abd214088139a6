// Standard output that nobody reads, as pipe and as socket: the application goes on, memory stays flat, the process
// ends as it wants.

import assert from 'node:assert/strict'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startProgram } from '../helpers/program.js'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'
import { tempFolder } from '../helpers/temp-folder.js'

/** The queue holds 4 MiB of the 110 MB that are sent; all that is kept must be far from that. */
const FLAT_BYTES = 40 * 1024 * 1024

/** How standard output is had that nobody reads. */
const OUTPUTS = {
  // What a child's 'pipe' is in Node.
  'a UNIX socket': () => 'pipe',
  'a pipe': (t) => fullPipe(t).writer,
}

for (const [kind, output] of Object.entries(OUTPUTS)) {
  describe(`standard output is ${kind} that nobody reads`, () => {
    for (const policy of ['drop_oldest', 'drop_newest']) {
      for (const how of ['stop', 'exit']) {
        test(`${policy}: sending goes on, then ${how}`, async (t) => {
          const { done, report } = await startStuck(t, output(t), [policy, 'block', how])
          const { growth, stopped, isBalanced, dropped, pending } = JSON.parse(await report)
          assert.ok(growth < FLAT_BYTES, `grew by ${growth} bytes`)
          assert.equal(isBalanced, true)
          assert.ok(dropped > 1_000_000)
          assert.ok(pending > 0)
          assert.equal(stopped, how === 'stop' ? false : null)
          const { code, signal } = await done
          assert.deepEqual({ code, signal }, { code: 9, signal: null })
        })
      }
    }

    test('block: a send that waits forever can be ended by SIGTERM', async (t) => {
      const { child, done, report, spoke } = await startStuck(t, output(t), ['block', 'block', 'block'])
      await spoke
      child.kill('SIGTERM')
      const { code, signal } = await done
      assert.deepEqual({ code, signal }, { code: null, signal: 'SIGTERM' })
      assert.equal(await report, 'sending')
    })
  })
}

for (const kind of ['a pipe', 'a file']) {
  test(`standard output as ${kind} gets every line`, async (t) => {
    const path = join(tempFolder(t), 'out')
    const target = kind === 'a file' ? openSync(path, 'w') : 'pipe'
    const { done } = startProgram(t, 'write-to-stdout.js', [], { stdio: ['ignore', target, 'inherit'] })
    const { code, stdout } = await done
    assert.equal(code, 0)
    const text = kind === 'a file' ? readFileSync(path, 'utf8') : stdout
    assert.equal(text, Array.from({ length: 20_000 }, (_, n) => `line ${n}\n`).join(''))
  })
}

async function startStuck(t, output, args) {
  const program = startProgram(t, 'stuck-output.js', args, { stdio: ['ignore', output, 'inherit', 'pipe'] })
  program.child.stdout?.pause().removeAllListeners('data')
  let report = ''
  const channel = program.child.stdio[3].setEncoding('utf8').on('data', (text) => {
    report += text
  })
  const spoke = new Promise((resolve) => channel.once('data', resolve))
  const ended = new Promise((resolve) => channel.once('close', resolve))
  // Not 'close': that comes when the unread output has been read.
  const done = new Promise((resolve) =>
    program.child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  return { child: program.child, done, spoke, report: ended.then(() => report) }
}

/** A FIFO with a reader that never reads. */
function fullPipe(t) {
  const { path, reader } = sleepingFifo(t)
  const writer = openSync(path, constants.O_WRONLY)
  t.after(() => {
    closeSync(reader)
    closeSync(writer)
  })
  return { reader, writer }
}
