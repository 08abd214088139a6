// Starts itself three times, by cluster or fork; each child logs 1,000 lines into the same file and ends as told:
// node family.js <cluster|fork> <end> <path>

import { fork } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [kind, end, path, sender] = process.argv.slice(2)
if (sender === undefined) await lead()
else log()

async function lead() {
  const children = [1, 2, 3].map((sender) => start([kind, end, path, `${sender}`]))
  const codes = await Promise.all(children.map(outcome))
  process.exitCode = codes.every((code) => code === (end === 'SIGTERM' ? 'SIGTERM' : 0)) ? 0 : 1
}

function start(args) {
  if (kind === 'fork') return fork(process.argv[1], args)
  cluster.setupPrimary({ exec: process.argv[1], args })
  return cluster.fork().process
}

async function outcome(child) {
  if (end === 'SIGTERM') child.once('message', () => child.kill('SIGTERM'))
  const [code, signal] = await once(child, 'exit')
  return signal ?? code
}

function log() {
  const writer = createWriter(path)
  for (let n = 0; n < 1000; n++) writer.send(lineOf(Number(sender), n))
  if (end === 'exit') process.exit(0)
  if (end === 'return') return process.disconnect()
  setInterval(() => {}, 1000)
  process.send('logged')
}
