// The parts of the command that need no process: lines out of blocks, the live line, numbers, suggestions.

import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { closest } from '../../build/suggest.js'
import { Terminal } from '../../build/cli/terminal.js'
import { bytes, limit, milliseconds, permissions } from '../../build/cli/values.js'
import { LineAssembler } from '../../build/line-assembler.js'
import { EndPatience } from '../../build/cli/write/end-patience.js'
import { grouped, lines, seconds, size } from '../../build/cli/numbers.js'

describe('lines out of blocks', () => {
  const block = fc.array(fc.constantFrom('a', 'b', '\n'), { minLength: 1, maxLength: 12 })

  it('whatever the blocks, the bytes are the same and each piece holds whole lines', () => {
    fc.assert(
      fc.property(fc.array(block), (blocks) => {
        const texts = blocks.map((letters) => letters.join(''))
        const assembler = new LineAssembler()
        const pieces = texts.flatMap((text) => assembler.push(Buffer.from(text)))
        pieces.push(...assembler.end())
        for (const piece of pieces) assert.equal(piece.at(-1), 0x0a)
        const all = texts.join('')
        const expected = all === '' || all.endsWith('\n') ? all : `${all}\n`
        assert.equal(Buffer.concat(pieces).toString(), expected)
      }),
    )
  })

  it('a line that is longer than the limit is cut there, and counted', () => {
    const assembler = new LineAssembler(4)
    const pieces = [...assembler.push(Buffer.from('abcde')), ...assembler.push(Buffer.from('fgh\nxyz\n'))]
    assert.equal(Buffer.concat([...pieces, ...assembler.end()]).toString(), 'abc\ndef\ngh\nxyz\n')
    assert.equal(assembler.cuts, 2)
  })
})

describe('the live line', () => {
  class FakeStream {
    isTTY = true
    columns = 40
    text = ''
    hasColors = () => false
    on() {}
    write(text) {
      this.text += text
    }
  }
  const PARTS = [
    { text: '12 lines', importance: 3 },
    { text: '1.2 MB', importance: 1 },
    { text: '34 MB/s', importance: 2 },
  ]

  it('is redrawn in place, leaves room for messages above it, and is taken away', () => {
    const stream = new FakeStream()
    const terminal = new Terminal(stream)
    terminal.show(PARTS)
    terminal.say('news')
    terminal.clear()
    const clear = '\r\u001b[K'
    const live = '12 lines  1.2 MB  34 MB/s'
    assert.equal(stream.text, `${clear}${live}${clear}news\n${live}${clear}`)
  })

  it('is never wider than the terminal: the least important parts go first', () => {
    const stream = new FakeStream()
    stream.columns = 20
    new Terminal(stream).show(PARTS)
    assert.ok(stream.text.endsWith('12 lines  34 MB/s'))
    stream.columns = 9
    new Terminal(stream).show(PARTS)
    assert.ok(stream.text.endsWith('K12 lines'))
  })

  it('is coloured only where there are colours', () => {
    const stream = new FakeStream()
    new Terminal(stream).say('plain', 'red')
    assert.equal(stream.text, 'plain\n')
    stream.hasColors = () => true
    new Terminal(stream).say('red', 'red')
    assert.ok(stream.text.endsWith('\u001b[31mred\u001b[39m\n'))
  })
})

it('values of flags', () => {
  assert.deepEqual(['7', '512K', '4M', '4MiB', '1g', '1.5k'].map(bytes), [
    7,
    524288,
    4194304,
    4194304,
    2 ** 30,
    1536,
  ])
  assert.deepEqual(['250', '250ms', '5s', '1.5m'].map(milliseconds), [250, 250, 5000, 90_000])
  assert.equal(limit('never'), Infinity)
  assert.deepEqual(['640', '0640', '0o640'].map(permissions), [0o640, 0o640, 0o640])
  for (const text of ['', '4X', '-1', '1.0001', 'M']) assert.throws(() => bytes(text), /to be a size/)
})

it('numbers as people read them', () => {
  assert.deepEqual([0, 999, 1000, 123_456_789].map(size), ['0 B', '999 B', '1.0 KB', '123 MB'])
  assert.deepEqual([1, 2, 1234].map(lines), ['1 line', '2 lines', '1,234 lines'])
  assert.equal(grouped(1234567), '1,234,567')
  assert.deepEqual([420, 12_340, 65_000, 7_260_000].map(seconds), [
    '0.42 s',
    '12.3 s',
    '1 min 5 s',
    '2 h 1 min',
  ])
})

it('a word that is nearly right is suggested, another is not', () => {
  assert.equal(closest('wirte', ['write', 'recover']), 'write')
  assert.equal(closest('rec', ['write', 'recover']), 'recover')
  assert.equal(closest('banana', ['write', 'recover']), undefined)
  assert.equal(closest('--', ['write', 'recover']), undefined)
})

describe('patience', () => {
  it('leaves nothing behind with the signal that lives as long as the run, however often it waits', async () => {
    const gone = new AbortController()
    const patience = new EndPatience({ flushCount: 0 }, 5000, gone.signal)
    for (let n = 0; n < 20; n++) {
      const waited = patience.wait(async () => false)
      assert.equal(getEventListeners(gone.signal, 'abort').length, 1)
      assert.equal(await waited, 'waiting')
    }
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(getEventListeners(gone.signal, 'abort'), [])
  })

  it('ends as soon as the log is gone, though the writer has not answered', async () => {
    const gone = new AbortController()
    const patience = new EndPatience({ flushCount: 0 }, 5000, gone.signal)
    const waited = patience.wait(() => new Promise(() => {}))
    gone.abort()
    assert.equal(await waited, 'over')
  })
})
