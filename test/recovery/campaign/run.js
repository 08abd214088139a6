// The campaign as a command. It prints a line for each log and a table at the end, and exits 1 on any violation.
//
//   npm run test:crash -- --kills 500 --seed 1 --writer mmap --mode trigger --policy block
//   npm run test:crash -- --story 12345 --writer mmap --mode trigger --policy block    one story again

import { parseArgs } from 'node:util'
import { runCampaign, violations } from './campaign.js'
import { runStory } from './story.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    'kills-per-log': { type: 'string', default: '7' },
    writer: { type: 'string' },
    mode: { type: 'string' },
    policy: { type: 'string' },
    story: { type: 'string' },
  },
})
const only = { writerType: values.writer, mode: values.mode, policy: values.policy }
const killsPerStory = Number(values['kills-per-log'])

if (values.story === undefined) {
  console.log(`seed ${values.seed}`)
  const sums = await runCampaign(
    { seed: Number(values.seed), kills: Number(values.kills), killsPerStory, only },
    (result, { kills }) => print(result, kills),
  )
  console.log('')
  for (const [name, sum] of Object.entries(sums)) {
    console.log(`${name.padEnd(12)} ${sum.toLocaleString('en').padStart(14)}`)
  }
  const bad = sums.missing + sums.duplicated + sums.torn + sums.disordered + sums.faults
  process.exitCode = bad === 0 && sums.kills >= Number(values.kills) ? 0 : 1
} else {
  const result = await runStory({ seed: Number(values.story), kills: killsPerStory, ...only })
  print(result, result.kills)
  process.exitCode = violations(result).length === 0 ? 0 : 1
}

function print(result, kills) {
  const { story, handedOver, lines } = result
  const { writerType, mode, policy, batchSize, queueSize, queueBytes } = story.options
  const what = `${writerType} ${mode} ${policy}`.padEnd(26)
  const queue =
    `${story.threads} threads, batch ${batchSize}, queue ${queueSize}/${queueBytes >> 10}K`.padEnd(40)
  console.log(
    `${String(kills).padStart(5)} kills  ${what} ${queue} ${handedOver} handed over, ${lines} in the log`,
  )
  const wrong = violations(result)
  for (const violation of wrong) console.log(`      ${violation}`)
  if (wrong.length > 0) {
    const again = `--story ${story.seed} --writer ${writerType} --mode ${mode} --policy ${policy}`
    console.log(`      again: npm run test:crash -- ${again} --kills-per-log ${killsPerStory}`)
  }
}
