// The one class of errors: its codes, its cause, and that it is known across two copies of the package.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ChooseL2Error, ErrorCode } from 'choose-l2'
import { systemErrorCode } from '../build/errors.js'

describe('an error of this package', () => {
  it('carries code, message and cause', () => {
    const cause = new Error('EACCES')
    const error = new ChooseL2Error('ERR_OPEN_FAILED', 'Could not open it', { cause })
    assert.equal(error.name, 'ChooseL2Error')
    assert.equal(error.code, ErrorCode.ERR_OPEN_FAILED)
    assert.equal(error.message, 'Could not open it')
    assert.equal(error.cause, cause)
    assert.ok(error instanceof Error)
    assert.ok(error instanceof ChooseL2Error)
    assert.match(String(error.stack), /errors\.test\.js/)
  })

  it('is recognized by another copy of the package, and the other way round', async () => {
    const copy = await import('../build/errors.js?another-copy')
    assert.notEqual(copy.ChooseL2Error, ChooseL2Error)
    const ours = new ChooseL2Error('ERR_WRITER_CLOSED', 'ours')
    const theirs = new copy.ChooseL2Error('ERR_WRITER_CLOSED', 'theirs')
    assert.ok(ours instanceof copy.ChooseL2Error)
    assert.ok(theirs instanceof ChooseL2Error)
  })

  it('is not mistaken for another value', () => {
    for (const value of [
      new Error('no'),
      { code: 'ERR_OPEN_FAILED' },
      null,
      undefined,
      'text',
      5,
      Symbol('s'),
    ]) {
      assert.equal(value instanceof ChooseL2Error, false)
    }
  })

  it('shows only what matters when it is printed or turned into JSON', () => {
    const error = new ChooseL2Error('ERR_WRITER_CLOSED', 'closed')
    assert.deepEqual(Object.keys(error).sort(), ['code', 'name'])
    assert.equal(`${error}`, 'ChooseL2Error: closed')
  })
})

it('every code is its own name', () => {
  for (const [name, code] of Object.entries(ErrorCode)) {
    assert.equal(code, name)
    assert.match(code, /^ERR_[A-Z_]+$/)
  }
})

it('the code of a system error is read from whatever was thrown', () => {
  assert.equal(systemErrorCode(Object.assign(new Error('x'), { code: 'ENOSPC' })), 'ENOSPC')
  for (const value of [null, undefined, 'ENOSPC', new Error('x'), { code: 5 }]) {
    assert.equal(systemErrorCode(value), undefined)
  }
})
