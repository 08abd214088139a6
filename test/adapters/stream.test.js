// choose-l2/stream: lines from chunks, back-pressure, and the end of a stream.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createWritableStream, createWriteStream } from 'choose-l2/stream'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const logIn = (t) => join(tempFolder(t), 'app.log')

describe('a stream', () => {
  it('holds the same lines, however the text is cut into chunks', async (t) => {
    const folder = tempFolder(t)
    let n = 0
    const chunk = fc.oneof(fc.constantFrom('\n', 'ä', '\n\n', 'line\n'), fc.string(), fc.uint8Array())
    await fc.assert(
      fc.asyncProperty(fc.array(chunk), async (chunks) => {
        const path = join(folder, `${n++}.log`)
        await pipeline(Readable.from(chunks), createWriteStream(path, { thread: false }))
        const sent = Buffer.concat(chunks.map((text) => Buffer.from(text)))
        const isEnded = sent.length === 0 || sent.at(-1) === 10
        assert.deepEqual(readFileSync(path), isEnded ? sent : Buffer.concat([sent, Buffer.from('\n')]))
      }),
      { numRuns: 50 },
    )
  })

  it('counts lines, not chunks', async (t) => {
    const stream = createWriteStream(logIn(t))
    stream.write('one\ntwo\nth')
    stream.end('ree')
    await once(stream, 'finish')
    assert.equal(stream.writer.metrics.written, 3)
  })

  it('takes text in other encodings', async (t) => {
    const path = logIn(t)
    const stream = createWriteStream(path)
    stream.write('6f6e650a', 'hex')
    stream.end('two\n', 'latin1')
    await once(stream, 'finish')
    assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
  })

  it('keeps the part of a line though the caller uses its buffer again', async (t) => {
    const path = logIn(t)
    const stream = createWriteStream(path)
    const buffer = Buffer.from('begin ')
    await new Promise((resolve) => stream.write(buffer, resolve))
    buffer.fill('x')
    stream.end('end\n')
    await once(stream, 'finish')
    assert.equal(readFileSync(path, 'utf8'), 'begin end\n')
  })

  it('does not block the event loop when the queue is full, and loses nothing', async (t) => {
    const { path, read } = sleepingFifo(t)
    const stream = createWriteStream(path, { queueSize: 1000, queueBytes: 64 * 1024 })
    const line = `${'x'.repeat(99)}\n`
    let lines = 0
    while (stream.write(line)) lines++ // ends: otherwise this test would block here
    lines++
    assert.ok(stream.writableNeedDrain)
    const chunk = Buffer.from(line.repeat(5000)) // larger than the queue
    stream.write(chunk)
    const all = read()
    await once(stream, 'drain')
    stream.end()
    assert.equal(await all, line.repeat(lines + 5000))
  })

  it('ends with an error when the reader of its pipe is gone', async (t) => {
    const { path, reader } = sleepingFifo(t)
    const fd = openSync(path, 'w')
    t.after(() => closeSync(fd))
    closeSync(reader)
    const stream = createWriteStream(fd)
    stream.writer.on('error', () => {})
    const errors = []
    stream.on('error', (error) => errors.push(error.code))
    stream.write('a line\n')
    await until(() => stream.closed) // a writer keeps no process alive
    assert.deepEqual(errors, ['ERR_WRITER_CLOSED'])
  })

  it('writes what the queue has when it is destroyed', async (t) => {
    const path = logIn(t)
    const stream = createWriteStream(path)
    stream.write('a line\n')
    stream.destroy()
    await once(stream, 'close')
    assert.equal(readFileSync(path, 'utf8'), 'a line\n')
    assert.equal(stream.writer.isRunning, false)
  })

  it('drops lines where the policy says so, instead of waiting', async (t) => {
    const { path, read } = sleepingFifo(t)
    const stream = createWriteStream(path, { policy: 'drop_newest', queueSize: 100 })
    for (let n = 0; n < 10_000; n++) stream.write(`${'x'.repeat(99)}\n`)
    assert.ok(stream.writer.metrics.dropped > 0)
    const closed = once(stream, 'close')
    stream.end()
    await Promise.all([read(), closed])
    const { written, dropped } = stream.writer.metrics.getSnapshot()
    assert.equal(written + dropped, 10_000)
  })

  it('holds the output of a program, and of a console', async (t) => {
    const path = logIn(t)
    const child = spawn(process.execPath, ['-e', "for (let n = 1; n <= 20000; n++) console.log('output', n)"])
    await pipeline(child.stdout, createWriteStream(path))
    const stream = createWriteStream(path)
    const logger = new console.Console(stream)
    logger.log('from %s', 'a console')
    logger.error('and an error')
    stream.end()
    await once(stream, 'finish')
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    assert.equal(lines.length, 20_002)
    assert.deepEqual(lines.slice(-3), ['output 20000', 'from a console', 'and an error'])
  })
})

describe('a stream of the web', () => {
  it('takes what is piped to it, and closes when the file has it', async (t) => {
    const path = logIn(t)
    await new Blob(['one\ntwo\n', 'three']).stream().pipeTo(createWritableStream(path))
    assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\nthree\n')
  })
})
