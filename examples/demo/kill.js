// The last phase of the demo: a server is killed with SIGKILL under load, and its log is recovered. Then the id of
// every request that a client got an answer for is looked up in the log.

import { setTimeout as delay } from 'node:timers/promises'
import { recover } from 'choose-l2'
import { checkLog } from './check.js'

const LIVE_EVERY_MS = 100
/** A machine that is too busy to answer so many in time gets more time. */
const LEAST_ANSWERS = 500

/**
 * Returns what was answered and what the log holds, or `skippedBecause` where a queue cannot survive the process.
 * `start` starts a file as a process.
 */
export async function killUnderLoad({ path, seconds, screen, start }) {
  screen.live('starting a server to be killed')
  const server = start('kill-server.js', [path])
  const { port, notCrashSafeBecause } = await server.ask('start')
  if (notCrashSafeBecause !== null) return { skippedBecause: notCrashSafeBecause }

  const client = start('kill-client.js', [])
  const running = client.ask('run', { port })
  await loadUntilKill(client, running, seconds, screen)
  server.kill('SIGKILL')
  const [signal] = await Promise.all([server.ended, running])
  const { sent, answered } = await running

  const recoveries = recover(path)
  const { lines, faults, ids } = await readIds(path, screen)
  screen.done('kill -9 under load', `${answered.length.toLocaleString('en')} answered`)
  return {
    signal,
    sent,
    answered: answered.length,
    withLine: answered.filter((id) => ids.has(id)).length,
    lines,
    repeated: lines - ids.size,
    recovered: recoveredLines(recoveries),
    faults: [...faults, ...recoveries.filter(({ outcome }) => outcome !== 'recovered').map(describe)],
  }
}

/** Ends at a random moment, so that the kill falls anywhere in the work of the server. */
async function loadUntilKill(client, running, seconds, screen) {
  const killAfter = seconds * (0.75 + Math.random() / 4)
  const start = performance.now()
  let isOver = false
  const over = () => (isOver = true)
  running.then(over, over)
  for (;;) {
    const answered = await client.ask('live')
    const elapsed = (performance.now() - start) / 1000
    screen.live('kill -9 under load', `${answered.toLocaleString('en')} answered`, elapsed / killAfter)
    if (isOver || (elapsed >= killAfter && answered >= LEAST_ANSWERS)) return
    await delay(Math.min(LIVE_EVERY_MS, Math.max(0, killAfter - elapsed) * 1000))
  }
}

async function readIds(path, screen) {
  const ids = new Set()
  const { lines, faults } = await checkLog(path, {
    onProgress: (count) => screen.live('looking up every answer', `${count} lines`),
    onRecord: ({ id }) => ids.add(id),
  })
  return { lines, faults, ids }
}

function recoveredLines(recoveries) {
  return recoveries.reduce((sum, { lines }) => sum + lines, 0)
}

function describe({ queue, outcome, reason }) {
  return `${queue} is ${outcome}: ${reason ?? 'no reason given'}`
}
