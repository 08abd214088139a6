import assert from 'node:assert/strict'
import { test } from 'node:test'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { crc32 } from '../../build/queue/crc32.js'

test('it is the CRC-32 of zlib, also in several steps', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      assert.equal(crc32(second, crc32(first)), zlib.crc32(second, zlib.crc32(first)))
    }),
  )
})
