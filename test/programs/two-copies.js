// Two copies of the package in one process, as two dependencies may bring them: node two-copies.js <folder of copy 1>
// <folder of copy 2> <log 1> <log 2>. Each sends 2,000 lines, then the process waits.

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { lineOf } from '../helpers/numbered-lines.js'

const [first, second, ...logs] = process.argv.slice(2)
const writers = []
for (const [n, folder] of [first, second].entries()) {
  const { createWriter } = await import(pathToFileURL(join(folder, n === 0 ? 'index.js' : 'index.cjs')))
  writers.push(createWriter(logs[n], { exitTimeout: 100 }))
}
for (const writer of writers) {
  writer.on('error', () => {})
  for (let n = 0; n < 2000; n++) writer.send(lineOf(0, n))
}
process.stdout.write(`ready ${process.listenerCount('SIGTERM')}\n`)
setInterval(() => {}, 1000)
