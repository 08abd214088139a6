// Lines are staged while there is certainly room for them, and handed over in the order in which they were sent.

import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'node:test'
import { StagedLines } from '../../dist/writer/staged-lines.js'

const KB = 1024

/** Staged lines, the batches that were handed over, and how often that was due. */
function staging() {
  const handedOver = []
  const put = (batch) => handedOver.push({ length: batch.length, bytes: batch.bytesOf(0) })
  const stage = { handedOver, due: 0, lines: new StagedLines(() => (stage.due++, stage.lines.handOver(put))) }
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
    const { lines, handedOver } = staging()
    lines.open({ lines: 3, bytes: 1000 }, form)
    for (let n = 0; n < 3; n++) assert.equal(lines.add(line), true)
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

  test(`what is sent while lines are handed over does not get among them (${form})`, () => {
    const { lines } = staging()
    lines.open({ lines: 10, bytes: 1000 }, form)
    lines.add(line)
    const seen = []
    lines.handOver((batch) => {
      lines.open({ lines: 10, bytes: 1000 }, form)
      const isStaged = lines.add(formOf('xy'))
      const text = bytesIn(batch)
      seen.push(isStaged, batch.length, text)
    })
    assert.deepEqual(seen, [form === 'text', 1, 'ab\n'])
    lines.handOver((batch) => seen.push(bytesIn(batch)))
    assert.deepEqual(seen.slice(3), form === 'text' ? ['xy\n'] : [])
  })
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
      pushLines: (bytes) => (text += Buffer.from(bytes).toString()),
    },
    0,
  )
  return text
}
