// Lines of bytes in every form that JavaScript has for them: what arrives is what the view holds, whatever it says about
// itself.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import vm from 'node:vm'
import { attachWriter, BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { tempFolder } from '../helpers/temp-folder.js'

describe('a line of bytes', () => {
  class Liar extends Uint8Array {
    get length() {
      return 1000
    }
    subarray() {
      throw new Error('not to be asked')
    }
  }
  class Short extends Buffer {
    get length() {
      return 1
    }
  }
  const withLength = (bytes, length) => Object.defineProperty(bytes, 'length', { value: length })
  const short = () => Object.setPrototypeOf(Buffer.from('abc'), Short.prototype)
  const shared = (text, options) => {
    const view = new Uint8Array(new SharedArrayBuffer(text.length, options))
    view.set(Buffer.from(text))
    return view
  }
  const resizable = (text) => {
    const view = new Uint8Array(new ArrayBuffer(text.length, { maxByteLength: 1000 }))
    view.set(Buffer.from(text))
    return view
  }
  const FORMS = [
    {
      name: 'a Uint8Array of another realm',
      make: () => vm.runInNewContext("Uint8Array.from('abc', (c) => c.charCodeAt(0))"),
    },
    {
      name: 'a view of shared memory of another realm',
      make: () => {
        const view = vm.runInNewContext('new Uint8Array(new SharedArrayBuffer(3))')
        view.set(Buffer.from('abc'))
        return view
      },
    },
    { name: 'a subclass that lies about its length', make: () => new Liar(Buffer.from('abc')) },
    { name: 'a subclass of Buffer that lies about its length', make: short },
    { name: 'an own length', make: () => withLength(new Uint8Array(Buffer.from('abc')), 2) },
    { name: 'an own length of no number', make: () => withLength(Buffer.from('abc'), 'many') },
    {
      name: 'an object without its prototype',
      make: () => Object.setPrototypeOf(new Uint8Array(Buffer.from('abc')), null),
    },
    { name: 'shared memory', make: () => shared('abc') },
    { name: 'shared memory that can grow', make: () => shared('abc', { maxByteLength: 1000 }) },
    { name: 'memory that can be resized', make: () => resizable('abc') },
    { name: 'a part of a larger buffer', make: () => Buffer.from('xxabcxx').subarray(2, 5) },
  ]

  for (const policy of ['block', 'drop_oldest']) {
    for (const { name, make } of FORMS) {
      it(`arrives as ${name} (${policy})`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const q = new Q(100)
        const writer = new BlockBufferedWriter(q, path, 'trigger', { policy })
        const attached = attachWriter(writer.handle)
        for (let n = 0; n < 3; n++) assert.equal(writer.send(make()), true) // the first is put, the next are staged
        assert.equal(await writer.sendAsync(make()), true)
        assert.equal(await writer.flush(), true)
        attached.send(make())
        attached.detach()
        assert.equal(await writer.flush(), true)
        q.put(make())
        assert.equal(await writer.stop(), true)
        assert.equal(readFileSync(path, 'utf8'), 'abc\n'.repeat(6))
      })
    }
  }

  it('may be empty', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path)
    writer.send(new Uint8Array(0))
    writer.send(Buffer.alloc(0))
    await writer.sendAsync(new Uint8Array(0))
    assert.equal(writer.sendLines(new Uint8Array(0)), 0)
    assert.equal(await writer.stop(), true)
    assert.equal(readFileSync(path, 'utf8'), '\n\n\n')
  })

  it('of another realm is taken as a chunk of lines', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path)
    const chunk = vm.runInNewContext('Uint8Array.from([97, 10, 98, 10])')
    assert.equal(writer.sendLines(chunk), 2)
    assert.equal(await writer.stop(), true)
    assert.equal(readFileSync(path, 'utf8'), 'a\nb\n')
  })
})
