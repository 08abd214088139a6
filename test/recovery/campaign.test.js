// A short form of `npm run test:crash`: the program is killed again and again, and the log is complete in the end.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canMap } from '../helpers/kinds.js'
import { runCampaign, violations } from './campaign/campaign.js'

const KILLS = 24
const KILLS_PER_STORY = 4

test(
  'a program that is killed again and again loses, repeats and tears no line',
  { skip: !canMap && 'koffi is not installed' },
  async () => {
    const seed = Date.now() % 2 ** 31
    const sums = await runCampaign({ seed, kills: KILLS, killsPerStory: KILLS_PER_STORY }, (result) => {
      const { story } = result
      assert.deepEqual(violations(result), [], `story ${story.seed}, ${JSON.stringify(story.options)}`)
    })
    assert.ok(sums.kills >= KILLS)
    assert.ok(sums.lines > 0)
  },
)
