// Every public function and method, called with values that are not what it expects: each gives a ChooseL2Error with a
// code, synchronously or as a rejection, and the writer goes on as before.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import {
  attachWriter,
  BlockBufferedWriter,
  createWriter,
  LineBufferedWriter,
  MemoryMappedWriter,
  Q,
  recover,
  WriterMetrics,
} from 'choose-l2'
import { tempFolder } from './helpers/temp-folder.js'

const hostile = () =>
  new Proxy(
    {},
    {
      get() {
        throw new Error('a trap')
      },
      getPrototypeOf: () => Uint8Array.prototype,
    },
  )
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable(new Uint8Array(3), {})
  revoke()
  return proxy
}

/** What nobody expects anywhere. */
const NASTY = [
  ['a symbol', () => Symbol('s')],
  ['a bigint', () => 5n],
  ['a function', () => () => {}],
  ['an array', () => [1]],
  ['a Date', () => new Date(0)],
  ['an object without a prototype', () => Object.create(null)],
  ['an object with a strange constructor', () => ({ constructor: { name: Symbol('s') } })],
  ['an object that throws when it is looked at', () => hostile()],
  ['a proxy of a Uint8Array', () => new Proxy(new Uint8Array(3), {})],
  ['a revoked proxy', () => revoked()],
  ['NaN', () => Number.NaN],
  ['-1', () => -1],
]
const NO_STRING = [
  ['null', () => null],
  ['5', () => 5],
  ['true', () => true],
  ['an empty object', () => ({})],
]
const NO_LINE = [
  ...NASTY,
  ...NO_STRING,
  ['undefined', () => undefined],
  ['a String object', () => new String('x')],
  ['an ArrayBuffer', () => new ArrayBuffer(3)],
  ['a SharedArrayBuffer', () => new SharedArrayBuffer(3)],
  ['a DataView', () => new DataView(new ArrayBuffer(3))],
  ['an Int8Array', () => new Int8Array(3)],
  ['a Uint8ClampedArray', () => new Uint8ClampedArray(3)],
  ['a detached Uint8Array', () => detached(new Uint8Array(3))],
  ['a detached Buffer', () => detached(Buffer.from(new Uint8Array(3).buffer))],
  ['a Uint8Array whose buffer was shrunk', () => shrunk()],
]

function detached(view) {
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}

function shrunk() {
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 })
  const view = new Uint8Array(buffer, 4, 4)
  buffer.resize(6)
  return view
}

async function expectRefused(call) {
  await assert.rejects(
    async () => call(),
    (error) => {
      assert.equal(error.name, 'ChooseL2Error', error.stack)
      assert.equal(error.code, 'ERR_INVALID_ARGUMENT')
      assert.match(error.message, /^Expected .+, got /s)
      return true
    },
  )
}

/** One test for each value, all with one subject. */
function refuses(what, values, call) {
  it(`${what} refuses ${values.length} wrong values`, async (t) => {
    for (const [name, make] of values) {
      await t.test(name, () => expectRefused(() => call(make(), t)))
    }
  })
}

describe('a line that is none', () => {
  for (const policy of ['block', 'drop_newest', 'drop_oldest']) {
    it(`is refused by a writer, its attached sender and its queue, policy ${policy}`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const q = new Q(100)
      const writer = new BlockBufferedWriter(q, path, 'trigger', { policy, batchSize: 10 })
      const attached = attachWriter(writer.handle)
      for (const [name, make] of NO_LINE) {
        await t.test(name, async () => {
          for (const sender of [writer, attached]) {
            assert.throws(() => sender.send(make()), { code: 'ERR_INVALID_ARGUMENT' })
            await expectRefused(() => sender.send(make()))
            await expectRefused(() => sender.sendAsync(make()))
            await expectRefused(() => sender.sendLines(make()))
          }
          await expectRefused(() => q.put(make()))
        })
      }
      for (const sender of [writer, attached]) {
        await expectRefused(() => sender.sendLines('text\n'))
        await expectRefused(() => sender.sendLines(Buffer.from('no end')))
      }
      writer.send('the only line')
      attached.detach()
      assert.equal(await writer.stop(), true)
      assert.equal(readFileSync(path, 'utf8'), 'the only line\n')
      assert.equal(writer.metrics.enqueued, 1)
    })
  }

  it('comes with a hint how to pass other binary data', (t) => {
    const writer = createWriter(join(tempFolder(t), 'app.log'))
    t.after(() => writer.stop())
    assert.throws(() => writer.send(new ArrayBuffer(3)), { message: /Pass new Uint8Array\(buffer\)$/ })
    assert.throws(() => writer.send(new DataView(new ArrayBuffer(3))), {
      message: /DataView\. Pass new Uint8Array\(view\.buffer, view\.byteOffset, view\.byteLength\)$/,
    })
    assert.throws(() => writer.send(detached(new Uint8Array(3))), { message: /transferred/ })
  })
})

describe('the functions', () => {
  const path = (t) => join(tempFolder(t), 'app.log')
  const objects = [...NO_STRING.filter(([name]) => name !== 'an empty object'), ['a text', () => 'text']]
  const noObject = [...objects, ['an array', () => []], ['a function', () => () => {}]]
  const noQueue = [...NASTY, ...NO_STRING.filter(([name]) => name !== 'null'), ['a text', () => 'q']]

  refuses('createWriter, as path,', [...NASTY, ...NO_STRING.filter(([name]) => name !== '5')], (value) =>
    createWriter(value),
  )
  for (const url of ['http://a/b', 'file://host/app.log', 'file:///a%2Fb', 'file:///a%00b']) {
    it(`createWriter refuses ${url}`, () => expectRefused(() => createWriter(new URL(url))))
  }
  refuses('createWriter, as options,', noObject, (value, t) => createWriter(path(t), value))
  it('createWriter takes -0 for 0', async (t) => {
    const options = { fileMode: -0, queueSize: -0, syncInterval: -0, exitTimeout: -0 }
    assert.equal(await createWriter(path(t), options).stop(), true)
  })
  for (const Writer of [LineBufferedWriter, BlockBufferedWriter, MemoryMappedWriter]) {
    refuses(
      `${Writer.name}, as options,`,
      noObject,
      (value, t) => new Writer(null, path(t), 'trigger', value),
    )
    refuses(`${Writer.name}, as queue,`, noQueue, (value, t) => new Writer(value, path(t)))
  }

  const noCount = [...NASTY, ['null', () => null], ['a text', () => '5'], ['1.5', () => 1.5]]
  refuses('Q', noCount, (value) => new Q(value))
  refuses('Q, as options,', noObject, (value) => new Q(0, value))
  it('Q refuses an option that it does not have', () =>
    assert.throws(() => new Q(0, { dropoldest: true }), { message: /Did you mean dropOldest\?$/ }))
  refuses('Q.open', [...NASTY, ...NO_STRING, ['a text', () => 'x'], ['nothing', () => undefined]], (value) =>
    Q.open(value),
  )
  const noPolicy = [...NASTY, ...NO_STRING, ['a text', () => 'drop']]
  refuses('q.put, as policy,', noPolicy, (value) => new Q().put('line', value))
  refuses(
    'q.get, as time limit,',
    noCount.filter(([name]) => name !== '1.5'),
    (value) => new Q().get(value),
  )

  const noHandle = [
    ...NASTY,
    ...NO_STRING,
    ['a text', () => 'x'],
    ['nothing', () => undefined],
    ['a bell alone', () => ({ bell: new SharedArrayBuffer(128) })],
    ["a queue's handle", () => new Q().handle],
  ]
  refuses('attachWriter', noHandle, (value) => attachWriter(value))
  it("attachWriter refuses a part of a writer's handle", async (t) => {
    const writer = createWriter(path(t))
    t.after(() => writer.stop())
    for (const key of Object.keys(writer.handle)) {
      const { [key]: _, ...rest } = writer.handle
      await expectRefused(() => attachWriter(rest))
      await expectRefused(() => attachWriter({ ...rest, [key]: {} }))
    }
  })

  refuses('recover', [...NASTY, ...NO_STRING, ['nothing', () => undefined], ['[5]', () => [5]]], (value) =>
    recover(value),
  )
  refuses('recover, as options,', noObject, (value, t) => recover(path(t), value))
  refuses(
    'recover, as dryRun,',
    [
      ['a text', () => 'yes'],
      ['null', () => null],
      ['1', () => 1],
    ],
    (value, t) => recover(path(t), { dryRun: value }),
  )
  it('recover refuses a queueDir that is no folder, and an unknown option', async (t) => {
    const folder = tempFolder(t)
    writeFileSync(join(folder, 'file'), '')
    for (const queueDir of ['', 5, join(folder, 'none'), join(folder, 'file')]) {
      await expectRefused(() => recover(path(t), { queueDir }))
    }
    await expectRefused(() => recover(path(t), { dryrun: true }))
  })

  for (const method of ['recordEnqueued', 'recordWritten', 'recordDropped']) {
    refuses(`metrics.${method}`, noCount, (value) => new WriterMetrics()[method](value))
  }
})

describe('the methods of a writer', () => {
  const noTime = [...NASTY, ['null', () => null], ['a text', () => '1s'], ['2 ** 31', () => 2 ** 31]]
  for (const method of ['flush', 'sync', 'flushSync', 'stop', 'stopSync', 'close', 'join']) {
    it(`${method} refuses a wrong time limit, and the writer goes on`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path)
      for (const [, make] of noTime) await expectRefused(() => writer[method](make()))
      assert.equal(writer.send('still open'), true)
      assert.equal(await writer.stop(), true)
      assert.equal(readFileSync(path, 'utf8'), 'still open\n')
    })
  }

  it('that are called alone say so', async (t) => {
    const writer = createWriter(join(tempFolder(t), 'app.log'))
    const attached = attachWriter(writer.handle)
    for (const sender of [writer, attached]) {
      for (const method of ['send', 'sendAsync', 'sendLines']) {
        const alone = sender[method]
        for (const call of [
          () => alone('line'),
          () => alone.call({}, 'line'),
          () => alone.call(null, 'line'),
        ]) {
          await assert.rejects(async () => call(), {
            code: 'ERR_INVALID_ARGUMENT',
            message: new RegExp(
              `^Expected ${method} to be called on its writer, .*writer\\.${method}\\.bind\\(writer\\)$`,
            ),
          })
        }
      }
    }
    const put = Q.prototype['put']
    await expectRefused(() => put('line'))
    attached.detach()
    await writer.stop()
  })
})

it('recover names a folder that it may not read', { skip: process.platform !== 'linux' }, (t) => {
  const folder = join(tempFolder(t), 'closed')
  mkdirSync(folder)
  chmodSync(folder, 0)
  const program = `
    import { recover } from 'choose-l2'
    if (process.getuid() === 0) process.setuid(65534)
    for (const target of [process.argv[1], process.argv[1] + '/app.log']) {
      try { recover(target) } catch ({ name, code, cause, message }) {
        console.log(name, code, cause.code, message.includes(process.argv[1]))
      }
    }`
  const args = ['--input-type=module', '-e', program, folder]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname })
  assert.deepEqual(
    { stdout, stderr },
    { stdout: 'ChooseL2Error ERR_OPEN_FAILED EACCES true\n'.repeat(2), stderr: '' },
  )
})
