// A folder that can never be created is an error, not an endless loop.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'

test('a log in a folder that the kernel does not allow is refused', () => {
  assert.throws(() => createWriter('/proc/no/such/folder/app.log'), { code: 'ERR_OPEN_FAILED' })
})
