// Lines that wait for room without blocking: their order, what it takes to have many of them, and what ends their wait.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AsyncLines } from '../../build/send/async-lines.js'

const LINES = 50_000
const NO_LIMIT = { left: () => Infinity }

/** A queue that has room for some lines at a time, and counts what it is asked. */
function queue({ roomEach, isOver = () => false }) {
  const counts = { fits: 0, waits: 0 }
  const taken = []
  let room = 0
  const lines = new AsyncLines({
    put(line) {
      if (line === 'poison') throw new Error('poison')
      taken.push(line)
      room--
      return true
    },
    isReaderGone: () => false,
    fits() {
      counts.fits++
      return room > 0
    },
    room: {
      async waitAsync(hasRoom) {
        counts.waits++
        await new Promise((resolve) => setImmediate(resolve))
        if (isOver()) return false
        room = roomEach
        return hasRoom()
      },
    },
  })
  return { lines, taken, counts }
}

describe('lines that wait for room', () => {
  it('wait together, however many they are: one waits for room, and each is looked at once', async () => {
    const { lines, taken, counts } = queue({ roomEach: 10_000 })
    const sent = Array.from({ length: LINES }, (_, n) => `${n}`)
    const answers = await Promise.all(sent.map((line) => lines.add(line)))
    assert.ok(answers.every(Boolean))
    assert.deepEqual(taken, sent)
    assert.equal(counts.waits, LINES / 10_000)
    assert.ok(counts.fits <= LINES + 3 * counts.waits, `asked ${counts.fits} times`)
    assert.equal(lines.isEmpty, true)
  })

  it('leave the event loop its turn when there is room for all', async () => {
    const { lines } = queue({ roomEach: LINES })
    let turns = 0
    const count = () => {
      turns++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    await Promise.all(Array.from({ length: LINES }, (_, n) => lines.add(`${n}`)))
    clearImmediate(timer)
    assert.ok(turns >= 25, `${turns} turns`)
  })

  it('are put in order by a call that cannot wait, and nothing waits any more', async () => {
    const { lines, taken } = queue({ roomEach: 1 })
    const answers = ['a', 'b', 'c'].map((line) => lines.add(line))
    lines.putAll()
    assert.deepEqual(taken, ['a', 'b', 'c'])
    answers.push(lines.add('d'))
    await lines.settled(NO_LIMIT)
    assert.deepEqual(await Promise.all(answers), [true, true, true, true])
    assert.deepEqual(taken, ['a', 'b', 'c', 'd'])
  })

  it('go on behind one that cannot be put', async () => {
    const { lines, taken } = queue({ roomEach: 10 })
    const answers = ['a', 'poison', 'b'].map((line) => lines.add(line))
    await assert.rejects(answers[1], { message: 'poison' })
    assert.deepEqual(await Promise.all([answers[0], answers[2]]), [true, true])
    assert.deepEqual(taken, ['a', 'b'])
  })

  it('are refused when there will never be room, all of them, with a code', async () => {
    const { lines, taken } = queue({ roomEach: 10, isOver: () => taken.length === 10 })
    const answers = await Promise.allSettled(Array.from({ length: 1000 }, (_, n) => lines.add(`${n}`)))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [...Array(10).fill('fulfilled'), ...Array(990).fill('rejected')],
    )
    assert.ok(answers.slice(10).every(({ reason }) => reason.code === 'ERR_WRITER_CLOSED'))
    assert.equal(lines.isEmpty, true)
  })
})
