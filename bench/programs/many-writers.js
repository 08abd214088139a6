// One run: opens so many logs, sends one line to each, and asks all of them to write it.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { answer, contender, linesOfTask, task } from './task.js'

const LINE_BYTES = 107
const { path, writers } = task
const { sent } = linesOfTask()
const folder = `${path}.many`
mkdirSync(folder)
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const paths = Array.from({ length: writers }, (_, n) => join(folder, `${n}.log`))

const before = look()
const start = performance.now()
const loggers = []
for (const log of paths) loggers.push(await contender.open(log))
const created = performance.now()
for (const logger of loggers) logger.send(sent[0])
await Promise.all(loggers.map((logger) => logger.flushed(LINE_BYTES)))
for (const log of paths) if (sizeOf(log) !== LINE_BYTES) throw new Error(`${log} has no line`)
const written = performance.now()
const after = look()
await Promise.all(loggers.map((logger) => logger.close()))
answer({
  createMs: (created - start) / writers,
  writtenMs: written - start,
  MBEach: (after.rssMB - before.rssMB) / writers,
  threads: after.threads - before.threads,
  descriptors: after.descriptors - before.descriptors,
})

function look() {
  const status = readFileSync('/proc/self/status', 'latin1')
  return {
    rssMB: Number(/VmRSS:\s*(\d+) kB/u.exec(status)[1]) / 1024,
    threads: Number(/Threads:\s*(\d+)/u.exec(status)[1]),
    descriptors: readdirSync('/proc/self/fd').length,
  }
}

/** 0 where there is none yet. */
function sizeOf(log) {
  return statSync(log, { throwIfNoEntry: false })?.size ?? 0
}
