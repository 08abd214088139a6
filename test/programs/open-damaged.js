// Spoils a queue file at random, again and again, and opens its log each time. Exits 0 if every start went well; a
// process of its own, as a position that is believed without reason would kill it.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import fc from 'fast-check'
import { createWriter } from 'choose-l2'
import { restoreState, takeState } from '../helpers/states.js'
import { spoil } from '../helpers/queue-bytes.js'

const [, , path, queue] = process.argv
const folder = dirname(path)
const whole = takeState(folder)
const length = whole.get(basename(queue)).length

// Most of it where the numbers are: the header's beginning, its notes, the first lane's header and line ends.
const place = fc.oneof(
  fc.integer({ min: 0, max: 511 }),
  fc.integer({ min: 1024, max: 2100 }),
  fc.integer({ min: 4096, max: 4096 + 256 }),
  fc.integer({ min: 8192, max: 8192 + 2048 }),
  fc.integer({ min: 0, max: length - 1 }),
)
const flip = fc.record({ place, bit: fc.integer({ min: 0, max: 7 }) })
const cut = fc.option(fc.integer({ min: 0, max: length }), { freq: 10 })

const property = fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 6 }), cut, async (flips, cut) => {
  restoreState(folder, whole)
  spoil(queue, ({ bytes }) => {
    for (const { place, bit } of flips) bytes[place] ^= 1 << bit
    return cut === null ? bytes : bytes.slice(0, cut)
  })
  const writer = createWriter(path, { thread: false, lanes: 1, queueBytes: 4096 })
  assert.ok(writer.crashSafe)
  writer.send('after all')
  assert.equal(await writer.stop(Infinity), true)
  assert.ok(readFileSync(path).toString().endsWith('after all\n'))
  const left = readdirSync(folder).filter((name) => name.endsWith('.queue'))
  assert.deepEqual(left, [], 'it was recovered or put aside')
})
process.on('warning', () => {})
await fc.assert(property, { numRuns: 400 })
