// Q between real threads: several put and several get at once, and every line arrives exactly once.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Q } from 'choose-l2'

const PUTTING = new URL('../programs/putting-thread.js', import.meta.url)
const GETTING = new URL('../programs/getting-thread.js', import.meta.url)
const STOPPING = new URL('../programs/stopping-thread.js', import.meta.url)
const COUNT = 1000

function startPutting(q, name, policy = 'block', count = COUNT) {
  return new Worker(PUTTING, { workerData: { handle: q.handle, name, count, policy } })
}

/** Every name's lines in order, and as many as expected. */
function expectInOrder(lines, names) {
  const byName = groups(lines)
  assert.deepEqual(new Set(byName.keys()), new Set(names))
  for (const [name, own] of byName) {
    assert.deepEqual(
      own,
      Array.from({ length: COUNT }, (_, n) => `${name} ${n}`),
    )
  }
}

function groups(lines) {
  const byName = new Map()
  for (const line of lines) {
    const name = line.split(' ')[0]
    byName.set(name, [...(byName.get(name) ?? []), line])
  }
  return byName
}

describe('between threads', () => {
  it('every line of several threads arrives, in the order of each', async () => {
    const q = new Q(7)
    const names = ['a', 'b', 'c']
    const ends = names.map((name) => once(startPutting(q, name), 'exit'))
    const lines = []
    for (let n = 0; n < names.length * COUNT; n++) lines.push(q.get())
    expectInOrder(lines, names)
    await Promise.all(ends)
    q.stop()
    assert.equal(q.get(), null)
  })

  for (const dropOldest of [true, false]) {
    it(`several threads get every line exactly once, ${dropOldest ? 'copied' : 'from the ring'}`, async () => {
      const q = new Q(5, { dropOldest })
      const names = ['a', 'b', 'c']
      const getting = Array.from(
        { length: 3 },
        () => new Worker(GETTING, { workerData: { handle: q.handle } }),
      )
      const received = getting.map((worker) => once(worker, 'message'))
      await Promise.all(names.map((name) => once(startPutting(q, name), 'exit')))
      q.stop()
      const lines = (await Promise.all(received)).flatMap(([lines]) => lines)
      const byNumber = (line) => Number(line.split(' ')[1])
      expectInOrder(
        lines.sort((a, b) => byNumber(a) - byNumber(b)),
        names,
      )
    })
  }

  it('a put under block waits until somebody gets', async () => {
    const q = new Q(1)
    const worker = startPutting(q, 'a', 'block', 3)
    const end = once(worker, 'exit')
    assert.deepEqual([q.get(), q.get(), q.get()], ['a 0', 'a 1', 'a 2'])
    await end
  })

  it('a put that waits for room ends when the queue is stopped', async () => {
    const q = new Q(1)
    q.put('full')
    const end = once(new Worker(STOPPING, { workerData: { handle: q.handle } }), 'exit')
    assert.equal(q.put('never', 'block'), false)
    await end
    assert.deepEqual(q.drain(), ['full'])
  })

  it('a get that waits ends when the queue is stopped', async () => {
    const q = new Q()
    const worker = new Worker(GETTING, { workerData: { handle: q.handle } })
    await once(worker, 'online')
    q.stop()
    assert.deepEqual(await once(worker, 'message'), [[]])
  })

  it('a line put before a thread is terminated is still there', async () => {
    const q = new Q()
    const worker = startPutting(q, 'a', 'drop_oldest', 1e9)
    const first = q.get()
    await worker.terminate()
    assert.match(first, /^a \d+$/)
    const numbers = [first, ...q.drain()].map((line) => Number(line.slice(2)))
    const isRising = numbers.every((number, n) => n === 0 || number > numbers[n - 1])
    assert.ok(isRising, 'in order')
    q.put('the queue goes on')
    assert.equal(q.get(), 'the queue goes on')
  })

  it('a thread that is terminated while it gets leaves the queue to the others', async () => {
    const q = new Q()
    const worker = new Worker(GETTING, { workerData: { handle: q.handle } })
    await once(worker, 'online')
    for (let n = 0; n < 200; n++) q.put(`${n}`)
    await worker.terminate()
    q.put('the last')
    const lines = q.drain()
    assert.equal(lines.at(-1), 'the last')
    const numbers = lines.slice(0, -1).map(Number)
    assert.deepEqual(
      numbers,
      numbers.map((_, n) => 200 - numbers.length + n),
      'what is left has no gap',
    )
  })
})
