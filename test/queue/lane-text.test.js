// The ends of the lines in the ring are where the lines end, whatever they hold and wherever in the ring they lie.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withLineEnds } from '../../build/queue/line-ends.js'
import { randomFrom } from '../helpers/random.js'
import { createQueue, drainAll } from '../helpers/queue.js'

const RING = 1024

/** Where the lines end, counted from the byte at which the first begins. */
function endsOf(lines) {
  let end = 0
  return lines.map((line) => (end += Buffer.byteLength(line) + 1))
}

/** Puts the lines into an empty ring at the byte position `at`, and reads the ends that were noted. */
function notedEnds(lines, at) {
  const { producers, laneAt } = createQueue({ bytes: RING, atByte: at })
  assert.equal(producers[0].push(lines), lines.length)
  const { ends } = laneAt(0)
  return lines.map((_, n) => (ends[n] - at) | 0)
}

const lineEnds = (chunk) => withLineEnds(chunk, (ends) => [...ends])

describe('the ends of lines of text', () => {
  for (const [what, lines] of Object.entries({
    ASCII: ['a', '', 'bc'],
    'Latin-1': ['é', '', 'ab'],
    'wide characters': ['日本', '🚀', 'x'],
    'a line break among wide characters': ['日\n本', '🚀', 'x'],
    'a line break at an end': ['日\n', '\n🚀', '\n'],
    'half of a pair': ['\ud83d', '\ude00', '\n\ud83d'],
    'only line ends': ['', '\n', 'é'],
  })) {
    it(`${what}: at every place of the ring, also across its end`, () => {
      for (let at = 0; at < RING; at++) assert.deepEqual(notedEnds(lines, at), endsOf(lines), `at ${at}`)
    })
  }

  it('any text, anywhere, also where the counter of bytes wraps', () => {
    const { integer, oneOf } = randomFrom(4)
    const characters = ['a', 'é', '€', '漢', '🚀', '\n', '\ud83d']
    for (let round = 0; round < 3000; round++) {
      const lines = Array.from({ length: integer(1, 8) }, () =>
        Array.from({ length: integer(0, 12) }, () => oneOf(characters)).join(''),
      )
      const at = oneOf([integer(0, RING), 2 ** 31 - integer(1, 200), -integer(1, 200)])
      assert.deepEqual(notedEnds(lines, at), endsOf(lines), JSON.stringify({ lines, at }))
    }
  })
})

describe('long texts', () => {
  // Encoded in another way than short ones, on the versions of Node where that is faster.
  for (const [what, piece] of Object.entries({
    ASCII: 'abcdefgh',
    'Latin-1': 'Größe',
    'three bytes a character': '日本語のログ',
    'four bytes a character': '🚀📈',
    'halves of pairs': '漢\ud83dx\ude00',
    'one wide character among many': `${'x'.repeat(500)}€`,
  })) {
    it(`${what}: the bytes are UTF-8, also across the end of the ring`, () => {
      const { integer } = randomFrom(5)
      for (let round = 0; round < 40; round++) {
        const lines = Array.from(
          { length: 60 },
          (_, n) => `${n} ${piece.repeat(integer(0, 2000 / piece.length))}`,
        )
        const { producers, consumer, laneAt } = createQueue({
          bytes: 2 ** 19,
          atByte: 2 ** 19 - integer(0, 2 ** 18),
        })
        const start = laneAt(0).startOf(0)
        assert.equal(producers[0].push(lines), lines.length)
        assert.deepEqual(
          lines.map((_, n) => laneAt(0).ends[n] - start),
          endsOf(lines),
        )
        assert.ok(drainAll(consumer).equals(Buffer.from(`${lines.join('\n')}\n`)))
      }
    })
  }
})

describe('the ends of lines of bytes', () => {
  it('are behind each line end', () => {
    const bytes = Buffer.from('a\n\nbc\n')
    for (const chunk of [bytes, new Uint8Array(bytes)]) {
      assert.deepEqual(lineEnds(chunk), [2, 3, 6])
      assert.deepEqual(lineEnds(chunk.subarray(2)), [1, 4])
      assert.deepEqual(lineEnds(chunk.subarray(0, 0)), [])
    }
  })

  it('are found for very many lines, and for few after that', () => {
    const many = lineEnds(Buffer.alloc(300_000, '\n'))
    assert.equal(many.length, 300_000)
    assert.equal(many[299_999], 300_000)
    assert.deepEqual(lineEnds(Buffer.from('ab\n')), [3])
  })

  it('of a chunk stay as they are while those of another are looked for', () => {
    const seen = withLineEnds(Buffer.from('a\nb\n'), (ends) => [lineEnds(Buffer.from('abcd\n')), [...ends]])
    assert.deepEqual(seen, [[5], [2, 4]])
  })
})
