// One run: lines as fast as the contender takes them, until the kernel has every byte; then until the disk has them.
// Checks that the bytes are there when the clock stops, the contender's own accounts, and at the end the whole file.

import { closeSync, fdatasyncSync, openSync, statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { cpuSeconds, peakRssMB } from '../shared/resources.js'
import { verifyCycle } from '../shared/verify.js'
import { answer, contender, countOf, expectAccounts, linesOfTask, sendAll, task } from './task.js'

const { path } = task
const lines = linesOfTask()
const count = task.lines ?? countOf(task, lines)
const bytes = lines.bytesOf(count)
const { seconds, ...figures } = await (contender.writeAll === undefined ? throughLogger() : allAtOnce())
if (figures.writesFile !== false) verifyCycle(path, lines, count)
delete figures.writesFile
answer({ linesPerSecond: count / seconds, MBPerSecond: bytes / 1e6 / seconds, lines: count, ...figures })

async function throughLogger() {
  const logger = await contender.open(path, { bytes: task.asBytes })
  const cpu = cpuSeconds()
  const start = performance.now()
  await feed(logger)
  const sent = performance.now()
  await logger.flushed(bytes)
  const flushed = performance.now()
  const used = cpuSeconds() - cpu
  const writesFile = logger.writesFile !== false
  if (writesFile) expectBytes()
  if (task.sync && writesFile) await (logger.synced?.() ?? syncFile())
  const synced = performance.now()
  const peak = peakRssMB()
  await logger.close()
  expectAccounts(logger, count)
  return {
    seconds: (flushed - start) / 1000,
    ...(task.sync && writesFile && { syncedLinesPerSecond: (count / (synced - start)) * 1000 }),
    sendNanoseconds: ((sent - start) * 1e6) / count,
    ...resources(used, peak),
    writesFile,
  }
}

/** A control, or a program of its own that tells its own time. */
async function allAtOnce() {
  const job = { path, lines, count, bytes }
  await contender.prepare?.(job)
  const cpu = cpuSeconds()
  const start = performance.now()
  const own = await contender.writeAll(job)
  const seconds = own?.seconds ?? (performance.now() - start) / 1000
  const used = own?.cpuSeconds ?? cpuSeconds() - cpu
  const writesFile = contender.writesFile !== false
  if (writesFile) expectBytes()
  if (task.sync && writesFile) syncFile()
  const total = (performance.now() - start) / 1000
  return {
    seconds,
    ...(task.sync && writesFile && own === undefined && { syncedLinesPerSecond: count / total }),
    ...resources(used, own?.peakRssMB ?? peakRssMB()),
    writesFile,
  }
}

/** In a loop; as a tick of an application does, five lines at a time; or all in one tick, whatever the logger says. */
async function feed(logger) {
  if (task.feed === 'five a tick') {
    for (let n = 0; n < count; n += 5) {
      await sendAll(logger, lines.sent, Math.min(5, count - n), n)
      await nextTurn()
    }
  } else if (task.feed === 'burst') {
    for (let n = 0; n < count; n++) logger.send(lines.sent[n % lines.sent.length])
  } else {
    await sendAll(logger, lines.sent, count)
  }
}

/** The clock must not stop before the bytes are in the file. (A mapped file may be longer.) */
function expectBytes() {
  const { size } = statSync(path)
  if (size < bytes) throw new Error(`The clock stopped with ${size} of ${bytes} bytes in the file`)
}

function syncFile() {
  const fd = openSync(path, 'r+')
  fdatasyncSync(fd)
  closeSync(fd)
}

function resources(used, peak) {
  return { cpuSecondsPerMillion: (used / count) * 1e6, peakRssMB: peak }
}
