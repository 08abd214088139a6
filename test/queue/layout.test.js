// Offsets and sizes: every part of the memory has its place, and no two share one.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { geometryOf, inFlightOffset, laneBytes, laneOffset, memoryBytes } from '../../build/queue/geometry.js'
import { HEADER_BYTES, LANE_HEADER_BYTES, PAGE_BYTES } from '../../build/queue/layout.js'
import { SharedMemory } from '../../build/queue/memory.js'
import * as layout from '../../build/queue/layout.js'

const anyGeometry = fc
  .tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.nat({ max: 2 ** 28 }),
    fc.integer({ min: 1, max: 2 ** 30 }),
    fc.boolean(),
  )
  .map((sizes) => geometryOf(...sizes))

it('capacities are powers of two that hold the limits, and a slot more', () => {
  fc.assert(
    fc.property(anyGeometry, ({ lineCapacity, dataCapacity, lineLimit, byteLimit }) => {
      assert.equal(Number.isInteger(Math.log2(lineCapacity)), true)
      assert.equal(Number.isInteger(Math.log2(dataCapacity)), true)
      assert.ok(lineCapacity > lineLimit && dataCapacity >= byteLimit)
      assert.ok(lineLimit >= 1 && lineLimit <= byteLimit)
    }),
  )
})

it('lanes begin on pages, one behind the other, with the in-flight area behind the last', () => {
  fc.assert(
    fc.property(anyGeometry, (geometry) => {
      assert.equal(laneOffset(geometry, 0), HEADER_BYTES)
      assert.equal(laneBytes(geometry) % PAGE_BYTES, 0)
      assert.ok(laneBytes(geometry) >= LANE_HEADER_BYTES + geometry.lineCapacity * 4 + geometry.dataCapacity)
      assert.equal(inFlightOffset(geometry), HEADER_BYTES + geometry.lanes * laneBytes(geometry))
      const inFlight = memoryBytes(geometry) - inFlightOffset(geometry)
      assert.ok(geometry.copiedClaims ? inFlight >= geometry.dataCapacity : inFlight === 0)
    }),
  )
})

it('zero lines means as many as the bytes hold, and slots for them never take more than the bytes', () => {
  assert.equal(geometryOf(1, 0, 1000, false).lineLimit, 1000)
  for (const bytes of [4 * 1024 * 1024, 2 ** 30]) {
    const { lineLimit, lineCapacity, dataCapacity } = geometryOf(1, 0, bytes, false)
    assert.equal(lineLimit, bytes / 8 - 1)
    assert.equal(lineCapacity * 4, dataCapacity / 2)
  }
  assert.equal(geometryOf(1, 5000, 1000, false).lineLimit, 1000)
})

it('no two words of a header, of a lane or of a claim share a place', () => {
  for (const prefix of ['H_', 'L_', 'C_']) {
    const words = Object.entries(layout).filter(([name]) => name.startsWith(prefix))
    const doubles = new Set([
      'L_ENQUEUED',
      'L_DROPPED',
      'L_BLOCKED_MS',
      'L_WRITTEN',
      'L_WRITTEN_BYTES',
      'L_SYNCED',
      'L_GAP_LINES',
      'L_GAP_FROM',
      'L_GAP_TO',
      'L_TO_SHOW_AGAIN',
      'L_SHOWN_AGAIN',
      'C_GAP_LINES',
      'C_GAP_FROM',
      'C_GAP_TO',
      'C_SHOWN_AGAIN',
      'C_POSITION',
      'C_WRITTEN',
      'C_WRITTEN_BYTES',
    ])
    const bytes = words.flatMap(([name, index]) => {
      const size = doubles.has(name) ? 8 : 4
      return Array.from({ length: size }, (_, n) => index * size + n)
    })
    assert.equal(new Set(bytes).size, bytes.length)
    assert.ok(Math.max(...bytes) < PAGE_BYTES)
  }
})

it('a memory that is opened has the measures it was made with', () => {
  const geometry = geometryOf(3, 10, 1000, true)
  const made = SharedMemory.create(geometry)
  const opened = SharedMemory.open(made.handle)
  assert.deepEqual(opened.geometry, geometry)
  assert.equal(opened.buffer, made.buffer)
  assert.equal(made.buffer.byteLength, memoryBytes(geometry))
})
