// The 36 combinations once more with the drain loop on the caller's thread (`thread: false`). The long run:
// CHOOSE_L2_LINES=100000 node scripts/test.js writer/combinations-without

import { after, describe, test } from 'node:test'
import { runCombination, SenderPool } from '../helpers/combination.js'
import { MODES, POLICIES, WRITER_TYPES } from '../helpers/kinds.js'

process.removeAllListeners('warning') // what the policy 'warn' says would fill the screen

const pool = new SenderPool(4)
after(() => pool.close())

for (const writerType of WRITER_TYPES) {
  for (const mode of MODES) {
    describe(`${writerType} writer, mode ${mode}, without a thread: what is accepted is in the file`, () => {
      for (const policy of POLICIES) {
        const combination = { writerType, mode, policy, thread: false }
        test(`${policy}, from one thread`, (t) => runCombination(t, combination, null))
        test(`${policy}, from four threads`, (t) => runCombination(t, combination, pool))
      }
    })
  }
}
