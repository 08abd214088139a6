// The campaign as a command: 4 processes, 1 MB, gzip, a kill every second.
//
//   npm run test:rotation -- --seconds 600

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runCampaign } from './campaign.js'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    writer: { type: 'string', default: 'line' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'choose-l2-'))
const result = await runCampaign({
  folder,
  kills: Number(values.seconds),
  everyMs: 800,
  limit: 1_000_000,
  options: { writerType: values.writer },
  onKill: (n) => n % 60 === 0 && console.log(`${n} kills`),
})
console.log({ ...result, found: result.found.slice(0, 20) })
if (result.found.length === 0) rmSync(folder, { recursive: true })
else {
  console.log(`The files are in ${folder}.`)
  process.exitCode = 1
}
