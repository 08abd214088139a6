// Options whose message does not tell what is wrong, and one that is not noticed.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, it } from 'node:test'
import { BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { resolveOptions } from '../build/options.js'
import { tempFolder } from './helpers/temp-folder.js'

let directory
before(() => {
  directory = tempFolder()
})

it('a number that is too large is told with the limit', () => {
  assert.throws(() => resolveOptions({ flushInterval: 2 ** 31 }), { message: /from 1 to 2147483647, got/ })
  assert.throws(() => resolveOptions({ exitTimeout: 1e10 }), { message: /from 0 to 2147483647, got/ })
  assert.throws(() => resolveOptions({ queueSize: 2 ** 29 }), { message: /from 0 to 268435456, got/ })
})

it('a name that every object has is not an option', () => {
  for (const name of ['toString', 'constructor', 'valueOf']) {
    assert.throws(() => resolveOptions({ [name]: 1 }), { message: /^Expected a known option/ })
  }
})

it('a queue that has a writer is refused before the file is touched', async () => {
  const q = new Q()
  const first = new BlockBufferedWriter(q, join(directory, 'first.log'))
  writeFileSync(join(directory, 'second.log'), 'precious\n')
  assert.throws(
    () => new BlockBufferedWriter(q, join(directory, 'second.log'), 'trigger', { append: false }),
    {
      code: 'ERR_QUEUE_IN_USE',
    },
  )
  assert.equal(readFileSync(join(directory, 'second.log'), 'utf8'), 'precious\n')
  assert.equal(await first.stop(), true)
})

it('a policy that the queue cannot have is refused before the file is touched', () => {
  const q = new Q(0, { dropOldest: false })
  const path = join(directory, 'third.log')
  assert.throws(() => new BlockBufferedWriter(q, path, 'trigger', { policy: 'drop_oldest' }), {
    code: 'ERR_INVALID_ARGUMENT',
  })
  assert.equal(readdirSync(directory).includes('third.log'), false)
})

it('a manual writer writes nothing by itself after it had to wait for room', async () => {
  const path = join(directory, 'manual.log')
  const writer = createWriter(path, { mode: 'manual', queueSize: 2, batchSize: 1, thread: false })
  for (const line of ['a', 'b', 'c']) writer.send(line) // the third one waits: a and b are written
  assert.equal(readFileSync(path, 'utf8'), 'a\nb\n')
  const seen = new Int32Array(writer.handle.bell.queue)[17] // ROOM_WANTED: the next look would write c unasked
  assert.equal(seen, 0)
  assert.equal(await writer.stop(), true)
})
