// One logger in a process of its own. node program.js <contender> ends <path> <how>: 2,000 lines in one tick, then
// the process ends. node program.js <contender> disk <path>: the disk is full for a while; the parent fills and
// frees it when told, and gets the number of errors the application saw.

import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { contenders } from './contenders.js'

const [name, what, path, how] = process.argv.slice(2)
const LINES = 2000
/** For files and threads to be open, and for a logger that writes some time later. */
const SETTLE_MS = 500

let errors = 0
const log = await contenders[name].open(path, () => errors++)
await delay(SETTLE_MS)
if (what === 'ends') end()
else if (what === 'disk') await live()

function end() {
  for (let n = 0; n < LINES; n++) log(`<${n}>`)
  if (how === 'process.exit') process.exit(0)
  if (how === 'throw') throw new Error('on purpose')
  if (how.startsWith('SIG')) {
    process.kill(process.pid, how)
    setInterval(() => {}, 1000)
  }
}

async function live() {
  for (const [count, next] of [
    [20, 'fill'],
    [200, 'free'],
    [50, 'done'],
  ]) {
    for (let n = 0; n < count; n++) {
      log(`<${next} ${n}> ${'x'.repeat(300)}`)
      await delay(2)
    }
    await delay(2 * SETTLE_MS)
    process.send({ next, errors })
    await once(process, 'message')
    await delay(2 * SETTLE_MS)
  }
  process.disconnect()
}
