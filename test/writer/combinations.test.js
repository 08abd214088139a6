// The 36 combinations of writer, mode and policy, with real files, from one thread and from four. The long run:
// CHOOSE_L2_LINES=100000 node scripts/test.js writer/combinations

import { after, describe, test } from 'node:test'
import { runCombination, SenderPool } from '../helpers/combination.js'
import { MODES, POLICIES, WRITER_TYPES } from '../helpers/kinds.js'

process.removeAllListeners('warning') // what the policy 'warn' says would fill the screen

const pool = new SenderPool(4)
after(() => pool.close())

for (const writerType of WRITER_TYPES) {
  for (const mode of MODES) {
    describe(`${writerType} writer, mode ${mode}: what is accepted is in the file`, () => {
      for (const policy of POLICIES) {
        const combination = { writerType, mode, policy, thread: true }
        test(`${policy}, from one thread`, (t) => runCombination(t, combination, null))
        test(`${policy}, from four threads`, (t) => runCombination(t, combination, pool))
      }
    })
  }
}
