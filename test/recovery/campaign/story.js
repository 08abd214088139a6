// The story of one log: the program lives several times, each life ends by SIGKILL, then a last life only starts and
// stops. After that every line that was handed over must be in the log, once, whole and in order.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { programEnv } from '../../helpers/program.js'
import { readCrashLog } from '../../helpers/crash-lines.js'
import { readLedger } from '../../helpers/ledger.js'
import { randomFrom } from '../../helpers/random.js'

const PROGRAM = fileURLToPath(new URL('./program.js', import.meta.url))
/** At which step of the program the kill is aimed, and how long after it at most. */
const ENDS = {
  run: { word: 'running', mostMs: 80 },
  start: { word: 'starting', mostMs: 25 }, // opening, and recovering the life before
  stop: { word: 'stopping', mostMs: 15 },
  thread: { word: 'running', mostMs: 80 }, // while the writer thread is terminated again and again
}

/** Runs one story; all of it follows from the seed but the moments of the kernel. */
export async function runStory({ seed, kills, writerType, mode, policy }) {
  const random = randomFrom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-crash-'))
  const ledgers = join(folder, 'ledgers')
  const logs = join(folder, 'logs')
  mkdirSync(ledgers)
  mkdirSync(logs)
  const options = {
    writerType,
    mode,
    policy,
    batchSize: random.oneOf([1, 7, 100]),
    queueSize: random.oneOf([0, 500, 10_000]),
    queueBytes: random.oneOf([64 * 1024, 1024 * 1024, 4 * 1024 * 1024]), // the first has oversized lines
    flushInterval: random.oneOf([5, 100]),
  }
  const story = { seed, threads: random.integer(1, 4), options, path: join(logs, 'app.log'), ledgers }
  const faults = []
  let lastKills = 0
  try {
    for (let life = 1; life <= kills; life++) {
      const end = chooseEnd(random)
      const fault = await live({ ...story, life, end }, ENDS[end], random.next())
      if (fault === null) lastKills++
      else faults.push(`life ${life} (${end}): ${fault}`)
    }
    const fault = await live({ ...story, life: kills + 1, end: 'finish' }, null, 0)
    if (fault !== null) faults.push(`the last life: ${fault}`)
    const left = readdirSync(logs).filter((name) => name !== 'app.log')
    if (left.length > 0) faults.push(`left behind: ${left.join(', ')}`)
    return { story, kills: lastKills, faults, ...judge(story, kills) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function chooseEnd(random) {
  const dice = random.next()
  if (dice < 0.4) return 'run'
  if (dice < 0.7) return 'start'
  return dice < 0.85 ? 'stop' : 'thread'
}

/** One life. Returns null if it ended as it should, else what was wrong. */
async function live(task, aim, when) {
  const child = spawn(process.execPath, ['--no-warnings', PROGRAM, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: programEnv(),
  })
  const ended = once(child, 'close')
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text
  })
  createInterface({ input: child.stdout }).on('line', async (word) => {
    if (word !== aim?.word) return
    await delay(when * aim.mostMs)
    child.kill('SIGKILL')
  })
  const [code, signal] = await ended
  const isAsMeant = aim === null ? code === 0 : signal === 'SIGKILL'
  return isAsMeant && errors === '' ? null : `ended with ${signal ?? code}: ${errors}`
}

/** Compares the log with the ledgers. */
function judge({ path, ledgers, threads, options }, kills) {
  const { senders, faults } = readCrashLog(readFileSync(path))
  const missing = []
  let handedOver = 0
  let lines = 0
  for (let life = 1; life <= kills; life++) {
    for (let thread = 0; thread < threads; thread++) {
      const promised = readLedger(ledgers, life, thread)
      const { next = 0, seen, gaps = [] } = senders.get(`${life} ${thread}`) ?? {}
      handedOver += promised
      lines += seen?.size ?? 0
      const dropped = mayMarkAll(options, threads) ? markedAfter(senders, life) : 0
      if (next + dropped < promised) missing.push(`${life} ${thread}: ${next} to ${promised - 1}`)
      for (const { from, to, marked } of gaps) {
        const shown = from === 0 ? Math.min(marked, to) : marked // the rest is for the life before
        if (mayHaveGap(options, threads, to - from, shown)) continue
        missing.push(`${life} ${thread}: ${from} to ${to - 1}, where markers say ${marked}`)
      }
    }
  }
  return { handedOver, lines, missing, ...faults }
}

/** Only drop_oldest drops what it accepted. The markers of a single sender say exactly how much. */
function mayHaveGap(options, threads, lines, marked) {
  if (options.policy !== 'drop_oldest') return false
  return !mayMarkAll(options, threads) || lines === marked
}

function mayMarkAll({ policy }, threads) {
  return policy === 'drop_oldest' && threads === 1
}

/**
 * Lines that were dropped at the end of a life: for a line that needed their room, and that the kill kept from being
 * published. Their marker stands right before the first line of the next life, and counts lines the ledger does not yet.
 */
function markedAfter(senders, life) {
  const lives = [...senders.keys()].map((name) => Number.parseInt(name, 10)).filter((other) => other > life)
  const first = lives.length === 0 ? undefined : senders.get(`${Math.min(...lives)} 0`)?.first
  return first === undefined ? 0 : Math.max(0, first.marked - first.n)
}
