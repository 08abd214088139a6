// The short form of `npm run test:rotation`.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { canMap } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { runCampaign } from './campaign/campaign.js'

for (const writerType of ['line', 'block']) {
  it(
    `four processes rotate one log while they are killed, ${writerType} writer`,
    { skip: !canMap },
    async (t) => {
      const folder = tempFolder(t)
      const options = { writerType, flushInterval: 5 }
      const { found, archives, pieces } = await runCampaign({
        folder,
        kills: 12,
        everyMs: 200,
        limit: 100_000,
        options,
      })
      assert.deepEqual(found, [])
      t.diagnostic(`${pieces} pieces of lines`)
      assert.ok(archives > 3, `only ${archives} archives`)
    },
  )
}

it(
  'one process with a memory-mapped writer rotates its log while it is killed',
  { skip: !canMap },
  async (t) => {
    const folder = tempFolder(t)
    const options = { writerType: 'mmap' }
    const { found } = await runCampaign({
      folder,
      processes: 1,
      kills: 12,
      everyMs: 200,
      limit: 100_000,
      options,
    })
    assert.deepEqual(found, [])
  },
)
