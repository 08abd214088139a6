// Memory with the disk stuck: a program logs at full speed for 10 seconds to a socket that nobody reads, so its
// writer thread hangs in write(2). Under drop_oldest and drop_newest its memory must stay flat and every line must be
// counted. Exits 1 if not.
//
//   npm run bench -- stuck-disk --seconds 10

import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { saveResults } from '../shared/scratch.js'
import { describeEnvironment, environment } from '../shared/environment.js'
import { printTable, whole } from '../shared/table.js'

/**
 * Flat: from the first fifth of the time on, memory grows by less than this. The garbage collector takes and gives
 * back a few MB now and then; one line in a thousand kept would be 50 MB.
 */
const FLAT_MB = 16
const SAMPLES = 20

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } })
const where = environment('.')
console.log(`${describeEnvironment(where)}\n`)
const program = new URL('stuck-disk/program.js', import.meta.url)
const policies = ['drop_oldest', 'drop_newest']
const results = {}
for (const policy of policies) results[policy] = await run(policy)

const [oldest, newest] = policies.map((policy) => results[policy])
printTable([
  ['second', 'drop_oldest: RSS MB', 'sends/s', 'drop_newest: RSS MB', 'sends/s'],
  ...oldest.map((sample, n) => [
    sample.second.toFixed(1),
    ...[sample, newest[n]].flatMap(({ rssMB, sendsPerSecond }) => [rssMB.toFixed(1), whole(sendsPerSecond)]),
  ]),
])
console.log()
let isWell = true
for (const policy of policies) isWell = judge(policy, results[policy]) && isWell
console.log(`Raw numbers: ${saveResults('stuck-disk', { environment: where, results })}`)
process.exitCode = isWell ? 0 : 1

/** Runs the program until it has told all its samples. */
async function run(policy) {
  // A pipe of child_process is a socket; paused before it reads anything, it stays full.
  const child = fork(program, [policy, values.seconds], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  child.stdout.pause()
  const samples = []
  await new Promise((resolve, reject) => {
    child.on('message', (sample) => {
      samples.push(sample)
      if (samples.length > SAMPLES) resolve()
    })
    child.on('exit', (code, signal) => reject(new Error(`the program ended early: ${signal ?? code}`)))
  })
  child.kill('SIGKILL')
  return samples
}

function judge(policy, samples) {
  const settled = samples.slice(SAMPLES / 5)
  const growth = Math.max(...settled.map(({ rssMB }) => rssMB)) - settled[0].rssMB
  const { enqueued, written, dropped, pending } = samples.at(-1).metrics
  const addsUp = samples.every((sample) => sample.addsUp)
  const isFlat = growth < FLAT_MB
  const sum = `${whole(written)} written + ${whole(dropped)} dropped + ${whole(pending)} waiting`
  console.log(`${policy}: ${isFlat ? 'flat' : 'NOT FLAT'}, growth ${growth.toFixed(1)} MB`)
  console.log(`  ${whole(enqueued)} sent = ${sum}${addsUp ? '' : ' DOES NOT ADD UP'}`)
  return isFlat && addsUp
}
