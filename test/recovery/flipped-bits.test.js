// A short form of `node test/recovery/flipped-bits/run.js`: a flipped bit in the header of a queue file or of a lane is
// reported, or makes no difference. It never changes the log unnoticed.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { canMap } from '../helpers/kinds.js'
import { createState, headerBits, recoverFlipped, STATE_NAMES } from './flipped-bits/states.js'

/** A prime, so that every position within a word is hit. */
const STEP = 211

describe('a flipped bit in a queue file with', { skip: !canMap && 'koffi is not installed' }, () => {
  for (const name of STATE_NAMES) {
    test(name, async (t) => {
      const state = await createState(t, name)
      const bytes = state.state.get(state.queue)
      for (const bit of headerBits(state)) {
        // Of the bytes that say something every bit, of the others a few.
        const isTold = bytes[bit >> 3] !== 0 && bit % 3 === 0
        if (!isTold && bit % STEP !== 0) continue
        assert.notEqual(recoverFlipped(state, bit), 'wrong', `byte ${bit >> 3} bit ${bit & 7}`)
      }
    })
  }
})
