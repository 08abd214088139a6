// Lines of every kind through one lane: no bytes, exactly the ring, larger than it, and every width of character.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MAX_LINE_BYTES } from '../../build/queue/memory.js'
import { createQueue, drainAll, takeClaim } from '../helpers/queue.js'

const KINDS = {
  'one byte a character': 'plain text',
  'two bytes': 'äöüß',
  'three bytes': '€‰漢',
  'four bytes': '😀🎉',
  'lone surrogates': '\ud83d \ude00 \udfff\ud800',
  'a line break inside': 'first\nsecond',
  'zero bytes': '',
  NUL: 'a\0b',
}

for (const copied of [false, true]) {
  describe(copied ? 'claims that are copied' : 'claims in the ring', () => {
    for (const [kind, text] of Object.entries(KINDS)) {
      it(`${kind}: at every place of the ring, also across its end`, () => {
        for (let at = 0; at < 64; at++) {
          const { producers, consumer } = createQueue({ bytes: 64, copied, atByte: at })
          assert.equal(producers[0].push([text, 'next']), 2)
          assert.equal(drainAll(consumer).toString(), `${text.toWellFormed()}\nnext\n`)
        }
      })

      it(`${kind}: where the room is exactly enough, and one byte too little`, () => {
        const bytes = Buffer.byteLength(text) + 1
        const fitting = createQueue({ bytes, copied })
        assert.equal(fitting.producers[0].push([text]), 1)
        assert.equal(fitting.producers[0].push(['']), 0, 'no room left')
        assert.equal(drainAll(fitting.consumer).toString(), `${text.toWellFormed()}\n`)
        const filled = createQueue({ bytes: bytes + 1, copied })
        assert.equal(filled.producers[0].push(['']), 1)
        assert.equal(filled.producers[0].push([text]), 1)
        assert.equal(filled.producers[0].push(['']), 0, 'no room left')
        assert.equal(drainAll(filled.consumer).toString(), `\n${text.toWellFormed()}\n`)
      })
    }

    it('surrogates that would meet at a line break stay apart', () => {
      const { producers, consumer } = createQueue({ copied })
      producers[0].push(['\ud83d', '\ude00'])
      assert.equal(drainAll(consumer).toString(), '\ufffd\n\ufffd\n')
    })

    it('a line of 64 MiB passes a ring of 64 bytes whole, between its neighbours', () => {
      const { producers, consumer } = createQueue({ bytes: 64, copied })
      const large = Buffer.alloc(64 * 1024 * 1024, 'large ')
      assert.equal(producers[0].push(['before']), 1)
      assert.equal(producers[0].pushBytes(large), true)
      assert.equal(producers[0].push(['after']), 1)
      const claims = []
      consumer.look()
      while (consumer.claim(1000)) claims.push(takeClaim(consumer))
      assert.equal(claims.length, 3)
      assert.ok(claims[1].subarray(0, -1).equals(large))
      const around = Buffer.concat([claims[0], claims[1].subarray(-1), claims[2]])
      assert.equal(around.toString(), 'before\n\nafter\n')
    })

    it('large lines follow each other, each when the one before is written', () => {
      const { producers, consumer } = createQueue({ bytes: 64, lanes: 2, copied })
      const large = (letter, size) => letter.repeat(size)
      assert.equal(producers[0].push([large('a', 5000), 'a']), 1)
      assert.equal(producers[0].push(['a']), 1)
      assert.equal(producers[1].push([large('b', 100)]), 0, 'its place is taken, also for another lane')
      assert.equal(producers[1].fits(101), false)
      assert.equal(drainAll(consumer).toString(), `${large('a', 5000)}\na\n`)
      assert.equal(producers[1].fits(101), true)
      assert.equal(producers[1].push([large('b', 100)]), 1)
      assert.equal(drainAll(consumer).toString(), `${large('b', 100)}\n`)
    })
  })
}

it('a line no queue can carry is refused with its size', () => {
  const { producers } = createQueue({ bytes: 64 })
  const tooLarge = { length: MAX_LINE_BYTES } // stands for the bytes, which are not looked at
  assert.throws(() => producers[0].pushBytes(tooLarge), {
    code: 'ERR_LINE_TOO_LARGE',
    message: /Expected a line of less than 1073741824 bytes, got one of 1073741824/,
  })
  assert.equal(producers[0].push(['the lane goes on']), 1)
})
