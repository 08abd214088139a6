// Many handles of one queue on one thread: they are one sender.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Q } from 'choose-l2'
import { Lane } from '../../build/queue/lane.js'
import { L_STATE, LANE_LEFT, LANE_TAKEN } from '../../build/queue/layout.js'
import { SharedMemory } from '../../build/queue/memory.js'
import { until } from '../helpers/until.js'

test('they share a lane, and their lines keep their order', () => {
  const q = new Q(0, { lanes: 1 })
  q.put('0')
  for (let n = 1; n < 10; n++) openAnew(q).put(`${n}`)
  q.put('10')
  assert.deepEqual(
    q.drain(),
    Array.from({ length: 11 }, (_, n) => `${n}`),
  )
})

test('two queues are two, however alike', () => {
  const [one, other] = [new Q(), new Q()]
  one.put('one')
  other.put('other')
  assert.deepEqual([one.drain(), other.drain()], [['one'], ['other']])
})

test('when the last of them is gone, the lane is left', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const q = new Q()
  const lane = new Lane(SharedMemory.open(q.handle.memory), 0)
  openAnew(q).put('a line')
  assert.equal(Atomics.load(lane.words, L_STATE), LANE_TAKEN)
  await until(() => {
    collect()
    return Atomics.load(lane.words, L_STATE) === LANE_LEFT
  })
  assert.deepEqual(q.drain(), ['a line'])
})

test('a thread that opens it again before it is told that they are gone goes on in its lane', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const q = new Q(0, { lanes: 1 })
  for (let n = 0; n < 20; n++) {
    openAnew(q).put(`${n}`)
    await nextTurn() // a handle used in this turn would not be collected
    collect()
  }
  assert.deepEqual(
    q.drain(),
    Array.from({ length: 20 }, (_, n) => `${n}`),
  )
})

/** A handle as a message brings it: the same memory in new objects. */
function openAnew(q) {
  return Q.open(structuredClone(q.handle))
}
