// choose-l2/pino: what pino and its users do with a destination.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { destination } from 'choose-l2/pino'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const logIn = (t) => join(tempFolder(t), 'app.log')
const messages = (path) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).msg)

describe('a destination for pino', () => {
  it('holds one line per call, without empty ones', async (t) => {
    const path = logIn(t)
    const target = destination(path)
    const logger = pino({}, target)
    for (let n = 1; n <= 1000; n++) logger.info(`line ${n}`)
    logger.child({ a: 1 }).error('the last, with ümlaut')
    target.end()
    await once(target, 'close')
    const lines = messages(path)
    assert.equal(lines.length, 1001)
    assert.equal(lines.at(-1), 'the last, with ümlaut')
    assert.equal(target.writer.metrics.written, 1001)
  })

  it('is taken for a stream as the only argument', async (t) => {
    const path = logIn(t)
    const target = destination(path)
    pino(target).info('a line')
    target.flushSync()
    assert.deepEqual(messages(path), ['a line'])
    target.end()
    await once(target, 'close')
  })

  it('has the events of an orderly end, in order', async (t) => {
    const target = destination(logIn(t))
    const events = []
    for (const event of ['ready', 'finish', 'close']) target.on(event, () => events.push(event))
    await once(target, 'ready')
    target.end()
    await once(target, 'close')
    assert.deepEqual(events, ['ready', 'finish', 'close'])
    assert.equal(target.writable, false)
  })

  it('drops a line that comes after the end, and says so', async (t) => {
    const path = logIn(t)
    const target = destination(path)
    const logger = pino({}, target)
    const dropped = []
    target.on('drop', (line) => dropped.push(JSON.parse(line).msg))
    logger.info('in time')
    target.end()
    logger.info('late')
    await once(target, 'close')
    logger.fatal('too late')
    assert.deepEqual(dropped, ['late', 'too late'])
    assert.deepEqual(messages(path), ['in time'])
  })

  it('flushes with a callback, and synchronously at fatal', async (t) => {
    const path = logIn(t)
    const target = destination(path)
    const logger = pino({}, target)
    logger.info('one')
    assert.deepEqual(await new Promise((resolve) => logger.flush((...args) => resolve(args))), [])
    assert.deepEqual(messages(path), ['one'])
    logger.fatal('two')
    assert.deepEqual(messages(path), ['one', 'two'])
    target.end()
    await once(target, 'close')
  })

  it('goes on in a new file after reopen()', async (t) => {
    const path = logIn(t)
    const target = destination(path)
    const logger = pino({}, target)
    logger.info('one')
    await new Promise((resolve) => logger.flush(resolve))
    renameSync(path, `${path}.old`)
    target.reopen()
    await until(() => existsSync(path))
    logger.info('two')
    target.end()
    await once(target, 'close')
    assert.deepEqual(messages(`${path}.old`), ['one'])
    assert.deepEqual(messages(path), ['two'])
  })

  it('says when the queue fills up, and when it has room again', async (t) => {
    const { path, read } = sleepingFifo(t)
    const target = destination(path, { queueSize: 1000 })
    let lines = 0
    do lines++
    while (target.write(`${'x'.repeat(999)}\n`))
    const all = read()
    await once(target, 'drain')
    target.end()
    assert.equal((await all).length, lines * 1000)
  })

  it('works as one of several streams, beside others', async (t) => {
    const path = logIn(t)
    const target = destination(path)
    const others = []
    const logger = pino(
      {},
      pino.multistream([{ stream: target }, { stream: { write: (line) => others.push(line) } }]),
    )
    logger.info('for both')
    target.end()
    await once(target, 'close')
    assert.deepEqual(messages(path), ['for both'])
    assert.equal(others.length, 1)
  })

  it('lets its methods be replaced, as pino does when a pipe breaks', async (t) => {
    const target = destination(logIn(t))
    const end = target.end.bind(target)
    for (const method of ['write', 'end', 'flushSync', 'destroy']) target[method] = () => method
    assert.equal(target.write(), 'write')
    end()
    await once(target, 'close')
  })

  it('can be required', async (t) => {
    const path = logIn(t)
    const target = createRequire(import.meta.url)('choose-l2/pino').destination(path)
    pino({}, target).info('a line')
    target.end()
    await once(target, 'close')
    assert.deepEqual(messages(path), ['a line'])
  })
})

describe('a transport for pino', () => {
  it('writes in the worker that pino starts', async (t) => {
    const path = logIn(t)
    const transport = pino.transport({ target: 'choose-l2/pino', options: { destination: path } })
    const logger = pino(transport)
    for (let n = 1; n <= 1000; n++) logger.info(`line ${n}`)
    transport.end()
    await until(() => existsSync(path) && messages(path).length === 1000) // its worker keeps no process alive
    assert.equal(messages(path).at(-1), 'line 1000')
  })
})
