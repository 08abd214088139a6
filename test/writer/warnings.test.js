// Process warnings where nobody listens: of drops under the policy warn, of a failing disk; few, and with the numbers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../helpers/program.js'

test('warn: a million drops make few warnings, and their numbers add up to no more than was dropped', async (t) => {
  const { code, stdout } = await runProgram(t, 'warned.js', ['drops'])
  assert.equal(code, 0)
  const { warnings, dropped, seconds } = JSON.parse(stdout)
  assert.ok(warnings.length >= 1)
  assert.ok(warnings.length <= seconds + 1, 'at most one a second')
  assert.ok(warnings.every(({ code, name }) => code === 'CHOOSE_L2_DROPPED' && name === 'ChooseL2Warning'))
  const told = warnings.reduce((sum, { message }) => sum + Number.parseInt(message, 10), 0)
  assert.ok(told > 0 && told <= dropped)
})

test('a failing disk without a listener: one warning in ten seconds, no end of the process', async (t) => {
  const { code, stdout } = await runProgram(t, 'warned.js', ['errors'])
  assert.equal(code, 0)
  const { warnings, errors, seconds } = JSON.parse(stdout)
  assert.ok(errors >= 3)
  assert.ok(warnings.length >= 1 && warnings.length <= seconds / 10 + 1)
  assert.equal(warnings[0].code, 'ERR_WRITE_FAILED')
  assert.match(warnings[0].message, /ENOSPC/u)
})
