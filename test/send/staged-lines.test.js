// Lines are staged while there is certainly room for them, and handed over in the order in which they were sent.

import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'node:test'
import vm from 'node:vm'
import { L_TAIL } from '../../build/queue/layout.js'
import { StagedLines } from '../../build/send/staged-lines.js'
import { createQueue } from '../helpers/queue.js'

const KB = 1024

/** Staged lines, the batches that were handed over, and how often that was due. */
function staging() {
  const lane = createQueue({}).laneAt(0)
  const handedOver = []
  const put = (batch) => {
    handedOver.push({ length: batch.length, bytes: batch.bytesOf(0) })
    lane.words[L_TAIL] += batch.length
  }
  const commit = () => {
    stage.due++
    stage.lines.handOver(put)
  }
  const stage = { lane, put, handedOver, due: 0, lines: new StagedLines(lane, commit) }
  return stage
}

test('nothing is staged before there is room', () => {
  const { lines } = staging()
  assert.equal(lines.add('a'), false)
  assert.equal(lines.add(Buffer.from('a')), false)
  assert.equal(lines.length, 0)
})

test('lines of the other form find no room', () => {
  const { lines } = staging()
  lines.open({ lines: 10, bytes: 1000 }, 'text')
  assert.deepEqual(
    [lines.add(Buffer.from('a')), lines.add('a'), lines.add(Buffer.from(''))],
    [false, true, false],
  )
  lines.open({ lines: 10, bytes: 1000 }, 'bytes')
  assert.deepEqual([lines.add('a'), lines.add(Buffer.from('a')), lines.add('')], [false, true, false])
})

test('text takes three bytes a unit of the room, bytes take what they have, each with its line end', () => {
  const { lines } = staging()
  lines.open({ lines: 10, bytes: 7 + 4 }, 'text')
  assert.deepEqual(
    [lines.add('ab'), lines.add('ab'), lines.add('a'), lines.add('')],
    [true, false, true, false],
  )
  const bytes = staging().lines
  bytes.open({ lines: 10, bytes: 3 + 2 }, 'bytes')
  const [two, one] = [Buffer.from('ab'), Buffer.from('a')]
  assert.deepEqual(
    [bytes.add(two), bytes.add(two), bytes.add(one), bytes.add(one)],
    [true, false, true, false],
  )
})

for (const form of ['text', 'bytes']) {
  const formOf = (text) => (form === 'text' ? text : Buffer.from(text))
  const line = formOf('ab')

  test(`the last line that finds room is handed over with the others (${form})`, () => {
    const { lines, put, handedOver } = staging()
    lines.open({ lines: 3, bytes: 1000 }, form)
    assert.equal(lines.addLast(line, put), false, 'it is not the last')
    assert.equal(lines.add(line), true)
    assert.equal(lines.add(line), true)
    assert.equal(lines.add(line), false)
    assert.equal(lines.addLast(line, put), true)
    assert.deepEqual(handedOver, [{ length: 3, bytes: 3 }])
    assert.equal(lines.length, 0)
    assert.equal(lines.add(line), false)
  })

  test(`what is staged is handed over at the end of the tick, once (${form})`, async () => {
    const stage = staging()
    stage.lines.open({ lines: 10, bytes: 1000 }, form)
    stage.lines.add(line)
    stage.lines.add(line)
    assert.equal(stage.lines.length, 2)
    assert.deepEqual(stage.handedOver, [])
    await nextTurn()
    assert.deepEqual(stage.handedOver, [{ length: 2, bytes: 3 }])
    assert.equal(stage.due, 1)
  })

  for (const published of [0, 1, 2]) {
    test(`a hand-over that fails after ${published} lines keeps the rest (${form})`, () => {
      const { lines, lane, put, handedOver } = staging()
      lines.open({ lines: 10, bytes: 1000 }, form)
      for (const text of ['a', 'bb']) lines.add(formOf(text))
      const fail = () => {
        lane.words[L_TAIL] += published
        throw new RangeError('the stack is full')
      }
      assert.throws(() => lines.handOver(fail), RangeError)
      assert.equal(lines.length, 2 - published)
      lines.handOver(put)
      const left = [
        { length: 2, bytes: 2 },
        { length: 1, bytes: 3 },
      ][published]
      assert.deepEqual(handedOver, left === undefined ? [] : [left])
      assert.equal(lines.length, 0)
    })

    test(`the last line of a batch is not sent if its hand-over fails after ${published} lines (${form})`, () => {
      const { lines, lane, put, handedOver } = staging()
      lines.open({ lines: 3, bytes: 1000 }, form)
      for (const text of ['a', 'bb']) lines.add(formOf(text))
      const fail = () => {
        lane.words[L_TAIL] += published
        throw new RangeError('the stack is full')
      }
      assert.throws(() => lines.addLast(formOf('ccc'), fail), RangeError)
      assert.equal(lines.length, 2 - published)
      lines.handOver(put)
      assert.equal(
        handedOver.reduce((sum, batch) => sum + batch.length, 0),
        2 - published,
      )
    })
  }

  test(`the last line of a batch is sent if its hand-over fails afterwards (${form})`, () => {
    const { lines, lane, put, handedOver } = staging()
    lines.open({ lines: 2, bytes: 1000 }, form)
    lines.add(line)
    const fail = () => {
      lane.words[L_TAIL] += 2
      throw new RangeError('the stack is full')
    }
    assert.equal(lines.addLast(line, fail), true)
    assert.equal(lines.length, 0)
    lines.handOver(put)
    assert.deepEqual(handedOver, [])
  })

  test(`the last line of a batch takes its room even if a time limit ends its hand-over (${form})`, () => {
    const { lines, put, handedOver } = cutShort(formOf)
    assert.equal(lines.addLast(formOf('ccc'), put), false, 'a third line has no room')
    lines.handOver(put)
    assert.deepEqual(handedOver, [{ length: 2, bytes: 2 }])
  })
}

/** Lines 'a' and 'bb', with room for no more; the hand-over of the second was ended by a time limit, without `finally`. */
function cutShort(formOf) {
  for (let timeout = 1; ; timeout *= 2) {
    const stage = staging()
    let isUnderWay = false
    const spin = () => {
      isUnderWay = true
      for (;;);
    }
    stage.lines.open({ lines: 2, bytes: 1000 }, typeof formOf('') === 'string' ? 'text' : 'bytes')
    stage.lines.add(formOf('a'))
    const context = vm.createContext({ send: () => stage.lines.addLast(formOf('bb'), spin) })
    assert.throws(() => vm.runInContext('send()', context, { timeout }), /timed out/)
    if (isUnderWay) return stage
  }
}

test('bytes are staged up to 64 KB; a larger line finds no room here', () => {
  const { lines } = staging()
  lines.open({ lines: 5000, bytes: 2 ** 22 }, 'bytes')
  assert.equal(lines.add(Buffer.alloc(64 * KB)), false)
  assert.equal(lines.add(Buffer.alloc(64 * KB - 1)), true)
  assert.equal(lines.add(Buffer.alloc(0)), false)
  assert.equal(lines.length, 1)
})

test('more lines of bytes than are staged are refused and left to the caller', () => {
  const { lines } = staging()
  lines.open({ lines: 5000, bytes: 2 ** 22 }, 'bytes')
  let staged = 0
  while (lines.add(Buffer.from('a'))) staged++
  assert.equal(lines.length, staged)
  assert.ok(staged >= 1000, `${staged} lines`)
})

test('closed, nothing more is staged, and what was is still handed over', () => {
  const { lines, handedOver } = staging()
  lines.open({ lines: 10, bytes: 1000 }, 'bytes')
  lines.add(Buffer.from('ab'))
  lines.close()
  assert.equal(lines.add(Buffer.from('ab')), false)
  assert.equal(lines.add('ab'), false)
  lines.handOver((batch) => handedOver.push(bytesIn(batch)))
  assert.deepEqual(handedOver, ['ab\n'])
})

/** What the batch puts into a queue. */
function bytesIn(batch) {
  let text = ''
  batch.pushTo(
    {
      push: (lines) => (text += `${lines.join('\n')}\n`),
      pushLines: (bytes, ends) => (text += Buffer.from(bytes.subarray(0, ends.at(-1))).toString()),
    },
    0,
  )
  return text
}
