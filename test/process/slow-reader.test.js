// Time limits count time without progress: a slow reader is not a dead one, and a process that was stopped has not used
// up its time.

import assert from 'node:assert/strict'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { checkNumbered } from '../helpers/numbered-lines.js'
import { startProgram } from '../helpers/program.js'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'

const LIMIT_MS = 3000
const LINES = 40_000
/** This many wait in the queue when a send blocks. */
const QUEUED = 30_000
/** Several times faster than the limit, and far too slow for all lines to arrive within it. */
const READ_BYTES = 64 * 1024
const READ_EVERY_MS = 400

const HOW = {
  exit: ['pipe', 'socket'],
  signal: ['pipe'],
  blockedSend: ['pipe', 'socket'],
  stop: ['socket'],
  stopSync: ['pipe'],
}

describe('every line reaches a reader that takes longer than the limit', { concurrency: 2 }, () => {
  for (const [how, kinds] of Object.entries(HOW)) {
    for (const kind of kinds) {
      test(`${how}, ${kind}`, async (t) => {
        const program = start(t, kind, how)
        await program.hasSent(how === 'blockedSend' ? QUEUED : LINES)
        const reading = program.readSlowly()
        if (how === 'signal' || how === 'blockedSend') program.child.kill('SIGTERM')
        const [content, { code, signal }] = await Promise.all([reading, program.done])
        const isSignal = how === 'signal' || how === 'blockedSend'
        assert.deepEqual(
          { code, signal },
          isSignal ? { code: null, signal: 'SIGTERM' } : { code: 0, signal: null },
        )
        const numbers = checkNumbered(content).get(0)
        assert.equal(numbers.at(-1), numbers.length - 1)
        assert.ok(numbers.length >= program.accepted())
      })
    }
  }

  test('a process that is stopped for longer than the limit during its exit', async (t) => {
    const program = start(t, 'pipe', 'exit')
    await program.hasSent(LINES)
    program.child.kill('SIGSTOP')
    await delay(LIMIT_MS + 500)
    program.child.kill('SIGCONT')
    const [content, { code }] = await Promise.all([program.readSlowly(), program.done])
    assert.equal(code, 0)
    assert.equal(checkNumbered(content).get(0).length, LINES)
  })
})

function start(t, kind, how) {
  const output = kind === 'pipe' ? openPipe(t) : null
  const stdio = ['ignore', output?.writer ?? 'pipe', 'inherit', 'pipe']
  const { child, done } = startProgram(
    t,
    'slow-end.js',
    [how, LIMIT_MS, how === 'blockedSend' ? QUEUED : LINES],
    { stdio },
  )
  if (output !== null) closeSync(output.writer)
  child.stdout?.pause().removeAllListeners('data')
  let accepted = 0
  const onSent = new Set()
  child.stdio[3].setEncoding('utf8').on('data', (text) => {
    accepted = Number(text.trim().split('\n').at(-1))
    for (const look of onSent) look()
  })
  const hasSent = (count) =>
    new Promise((resolve) => {
      onSent.add(() => accepted >= count && resolve())
    })
  const parts = output === null ? child.stdout : output.parts()
  return { child, done, hasSent, accepted: () => accepted, readSlowly: () => readSlowly(parts) }
}

async function readSlowly(parts) {
  const texts = []
  for await (const part of parts) {
    texts.push(part)
    await delay(READ_EVERY_MS)
  }
  return typeof texts[0] === 'string' ? texts.join('') : Buffer.concat(texts).toString()
}

/** A pipe as an application inherits it, of which this process has the reading end. */
function openPipe(t) {
  const { path, reader } = sleepingFifo(t)
  const writer = openSync(path, constants.O_WRONLY)
  t.after(() => closeSync(reader))
  async function* parts() {
    for (;;) {
      const part = Buffer.alloc(READ_BYTES)
      try {
        const length = readSync(reader, part)
        if (length === 0) return
        yield part.subarray(0, length)
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error
        await delay(2)
      }
    }
  }
  return { writer, parts }
}
