// What every measured program begins with: its task, the contender, the lines in the form that the contender takes.

import { contenders } from '../contenders/index.js'
import { linesOf } from '../shared/lines.js'

/** The task of this process, as the runner passed it. */
export const task = JSON.parse(process.argv[2])

/** The contender of the task. */
export const contender = contenders.get(task.contender)
if (contender === undefined) throw new Error(`There is no contender called ${task.contender}`)

/** The lines of the task's shape: all forms, and in `sent` those that the contender takes. */
export function linesOfTask({ shape = 'json 107', asBytes = false } = task) {
  const lines = linesOf(shape)
  return Object.assign(lines, { sent: formOf(lines, asBytes) })
}

function formOf(lines, asBytes = false) {
  const isEnded = contender.takes === 'ended'
  if (asBytes) return isEnded ? lines.endedBytes : lines.bytes
  return isEnded ? lines.ended : lines.texts
}

/** How many lines a question that counts bytes sends through this contender. */
export function countOf({ bytes }, { lineBytes }) {
  const fair = contender.slow ? bytes / 10 : bytes
  return Math.floor(Math.min(fair, contender.limitBytes ?? Infinity) / lineBytes)
}

/** Sends lines as fast as the logger takes them, from the given one on. */
export async function sendAll(logger, sent, count, first = 0) {
  let at = first % sent.length
  for (let n = 0; n < count; n++) {
    if (logger.send(sent[at]) === false) await logger.drained()
    if (++at === sent.length) at = 0
  }
}

/** Prints the figures: the one line of output of a measured program. */
export function answer(figures) {
  console.log(JSON.stringify(figures))
}

/** Ours must account for every line. */
export function expectAccounts(logger, count) {
  const metrics = logger.metrics?.()
  if (metrics === undefined) return
  const { enqueued, written, dropped, pending } = metrics
  if (enqueued !== count || enqueued !== written + dropped || dropped !== 0 || pending !== 0) {
    throw new Error(`${count} lines sent, but the metrics say ${JSON.stringify(metrics)}`)
  }
}
