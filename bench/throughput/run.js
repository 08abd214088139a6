// One run of one contender, in a process of its own: node run.js <contender> <path> <lines>. Prints the numbers as JSON.

import { rmSync } from 'node:fs'
import { contenders } from './contenders.js'
import { verify } from './lines.js'

const [, , name, path, count] = process.argv
const lines = Number(count)

const cpu = process.cpuUsage()
const start = performance.now()
let sent = start
await contenders[name](path, lines, () => {
  sent = performance.now()
})
const end = performance.now()
const { user, system } = process.cpuUsage(cpu)
const rss = process.resourceUsage().maxRSS

verify(path, lines)
rmSync(path)
console.log(
  JSON.stringify({
    linesPerSecond: (lines / (end - start)) * 1000,
    sendNanoseconds: ((sent - start) * 1e6) / lines,
    cpuNanoseconds: ((user + system) * 1000) / lines,
    maxRssMB: rss / 1024,
  }),
)
