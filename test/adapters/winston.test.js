// choose-l2/winston: what winston and its users expect of a transport.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import winston from 'winston'
import { ChooseL2Transport } from 'choose-l2/winston'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'
import { tempFolder } from '../helpers/temp-folder.js'

const { combine, json, printf } = winston.format
const text = printf(({ message }) => message)

/** A logger with one transport, and where it writes. */
function setUp(t, { logger = {}, ...options } = {}) {
  const path = options.filename ?? join(tempFolder(t), 'app.log')
  const transport = new ChooseL2Transport({ filename: path, ...options })
  return {
    path,
    transport,
    logger: winston.createLogger({ format: text, transports: [transport], ...logger }),
  }
}

const end = async ({ logger, transport }) => {
  const finished = once(transport, 'finish')
  logger.end()
  await finished
}
const linesOf = ({ path }) => readFileSync(path, 'utf8').split('\n').slice(0, -1)

describe('a transport for winston', () => {
  it('has every line when it finishes', async (t) => {
    const set = setUp(t)
    for (let n = 1; n <= 20_000; n++) set.logger.info(`line ${n}`)
    await end(set)
    const lines = linesOf(set)
    assert.equal(lines.length, 20_000)
    lines.forEach((line, n) => assert.equal(line, `line ${n + 1}`))
  })

  it('has a line in the queue when the log call returns', (t) => {
    const set = setUp(t)
    for (let n = 1; n <= 50; n++) set.logger.info(`line ${n}`)
    assert.equal(set.transport.writer.metrics.enqueued, 50)
    set.transport.writer.stopSync()
  })

  it('passes back-pressure on, and does not block the event loop', async (t) => {
    const { path, read } = sleepingFifo(t)
    const set = setUp(t, { filename: path, queueSize: 1000 })
    const line = 'x'.repeat(999)
    let lines = 0
    do lines++
    while (set.logger.write({ level: 'info', message: line }))
    const all = read()
    await once(set.logger, 'drain')
    set.logger.info('the last')
    set.logger.end()
    assert.equal(await all, `${`${line}\n`.repeat(lines)}the last\n`)
  })

  it('applies a level and a format of its own', async (t) => {
    const set = setUp(t, { level: 'warn', format: combine(json()) })
    set.logger.info('no')
    set.logger.warn('yes')
    await end(set)
    assert.deepEqual(linesOf(set), ['{"level":"warn","message":"yes"}'])
  })

  it('says nothing while it is silent', async (t) => {
    const set = setUp(t, { silent: true })
    set.logger.info('no')
    set.transport.silent = false
    set.logger.info('yes')
    await end(set)
    assert.deepEqual(linesOf(set), ['yes'])
  })

  it("emits 'logged' for each line", async (t) => {
    const set = setUp(t)
    const logged = []
    set.transport.on('logged', ({ message }) => logged.push(message))
    set.logger.info('one')
    set.logger.info('two')
    await end(set)
    assert.deepEqual(logged, ['one', 'two'])
  })

  it('goes on after a line whose format throws', async (t) => {
    const format = printf(({ message }) => {
      if (message === 'bad') throw new Error('on purpose')
      return message
    })
    const set = setUp(t, { format, logger: { format: json() } })
    const warned = once(process, 'warning')
    for (const message of ['one', 'bad', 'two']) set.logger.info(message)
    await end(set)
    assert.equal((await warned)[0].message, 'on purpose')
    assert.deepEqual(linesOf(set), ['one', 'two'])
  })

  it('closes its file when it is removed, and takes no more lines', async (t) => {
    const set = setUp(t)
    const closed = once(set.transport.writer, 'close')
    set.logger.info('one')
    set.logger.remove(set.transport)
    await closed
    assert.deepEqual(linesOf(set), ['one'])
    set.transport.log({ [Symbol.for('message')]: 'late' }, () => {})
    assert.deepEqual(linesOf(set), ['one'])
  })

  it('takes options that are wrong as the writer does', () => {
    assert.throws(() => new ChooseL2Transport({ filename: 'app.log', policy: 'drop' }), {
      code: 'ERR_INVALID_ARGUMENT',
    })
  })
})
