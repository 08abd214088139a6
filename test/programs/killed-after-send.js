// Sends numbered lines in ticks of given lengths, and is killed right behind the last call, in the same tick.

import { Worker, isMainThread, workerData } from 'node:worker_threads'
import { attachWriter, createWriter } from 'choose-l2'

const task = isMainThread ? JSON.parse(process.argv[2]) : workerData
const { way, ticks, long } = task

if (!isMainThread) await sendAndDie(attachWriter(task.handle))
else {
  const writer = createWriter(task.path, task.options)
  if (!writer.crashSafe) throw new Error(writer.notCrashSafeBecause)
  if (way !== 'attached') await sendAndDie(writer)
  else new Worker(new URL(import.meta.url), { workerData: { ...task, handle: writer.handle } })
}

async function sendAndDie(writer) {
  const send = {
    text: (line) => writer.send(line),
    attached: (line) => writer.send(line),
    bytes: (line) => writer.send(Buffer.from(line)),
    async: (line) => void writer.sendAsync(line),
    mixed: (line, n) => writer.send(n % 2 === 0 ? line : Buffer.from(line)),
    long: (line) => writer.send(`${line} ${'x'.repeat(long)}`),
  }[way]
  let n = 0
  for (const [tick, length] of ticks.entries()) {
    for (let sent = 0; sent < length; sent++, n++) send(String(n), n)
    if (tick < ticks.length - 1) await new Promise((resolve) => setImmediate(resolve))
  }
  process.kill(process.pid, 'SIGKILL')
}
