// Real agents follow a log through 50 rotations with compression, while SIGKILL ends the agent and the writer in turn.
//
// Asserted for each agent: every line whose `send` had returned arrives; every line that arrives is exactly a line that
// was sent. Not asserted: how often a line arrives. rsyslog reads lines again after it was killed, and sometimes when
// two rotations come at once; syslog-ng reads each archive again; tail starts again with the first line of the live file.
// Asserted for the log: its archives and the live file together hold each of these lines exactly once.
//
// An archive is compressed when `keepPlain` newer ones exist, so that is how many rotations an agent may be behind or
// down. tail follows only the name, so it must have the live file open when the log rotates.

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Agent, rsyslog, skipWithout, syslogNg, tail } from './agents.js'
import { checkNumbered, lineOf } from '../helpers/numbered-lines.js'
import { startProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const ROTATIONS = 50
/** Longer than an agent takes to read what is there. */
const STANDSTILL_MS = 15_000
/** Lines of one order: a multiple of 16, as the program says after every eighth line how far it is. */
const LINES = 96
const KEEP_PLAIN = 3
/** With an interval only, all archives are kept. */
const ROTATE = { interval: 'day', compress: { type: 'gzip', keepPlain: KEEP_PLAIN } }
const ARCHIVE = /^app\.log\.(\d{4}-\d\d-\d\d)\.(\d+)(\.gz)?$/

for (const { name, agent, skip } of [
  { name: 'rsyslog', agent: rsyslog, skip: skipWithout('rsyslogd', 'rsyslog') },
  { name: 'syslog-ng', agent: syslogNg, skip: skipWithout('syslog-ng', 'syslog-ng-core') },
]) {
  test(
    `${name} misses no line of ${ROTATIONS} rotations, though it and the writer are killed`,
    { skip },
    async (t) => {
      const run = new Run(t, agent)
      await run.start()
      while (run.rotations < ROTATIONS) {
        await run.rotate()
        if (run.round % 10 === 3) await run.killAgent()
        // Down for two rotations: fewer than `keepPlain`.
        if (run.round % 10 === 5) run.startAgent()
        if (run.round % 10 === 8) await run.rotateAndKillWriter()
        if (run.round % 10 === 9) await run.sendAndKillWriter()
        if (!run.agentIsKilled) await run.caughtUp()
      }
      await run.end()
    },
  )
}

test(
  `tail -F misses no line of ${ROTATIONS} rotations, though it is killed between two, and the writer at any time`,
  { skip: skipWithout('tail', 'coreutils') },
  async (t) => {
    const run = new Run(t, tail)
    await run.start()
    while (run.rotations < ROTATIONS) {
      await run.rotate()
      // These lines are in the new file: when they have arrived, tail has it open.
      await run.send()
      await run.caughtUp()
      if (run.round % 10 === 3) {
        await run.killAgent()
        await run.send()
        run.startAgent()
        await run.caughtUp()
      }
      if (run.round % 10 === 8) await run.rotateAndKillWriter()
      if (run.round % 10 === 9) await run.sendAndKillWriter()
      await run.caughtUp()
    }
    await run.end()
  },
)

/** One log, one agent, and the writers that fill the log one after the other. */
class Run {
  round = 0
  #t
  #log
  #agent
  #writer = null
  #sender = -1
  #commands = 0
  /** How often the agent stood still. */
  #restarts = 0
  /** What the writers said, by sender. */
  #said = []
  /** Lines that are known to have arrived, by sender: all below this number. */
  #arrived = []

  constructor(t, agent) {
    this.#t = t
    const folder = tempFolder(t)
    mkdirSync(join(folder, 'logs'))
    this.#log = join(folder, 'logs', 'app.log')
    this.#agent = new Agent(t, join(folder, 'agent'), agent(this.#log))
  }

  /** Rotations so far, those of killed writers included. */
  get rotations() {
    return this.#archives().length
  }

  get agentIsKilled() {
    return this.#agent.isKilled
  }

  async start() {
    this.#startWriter()
    await this.send()
    this.startAgent()
    await this.caughtUp()
  }

  startAgent() {
    this.#agent.start()
  }

  /**
   * Once it has read everything: rsyslog notes its place before the line it has in hand is written, and may lose that one line
   * when it is killed. What comes while it is down is in archives by the time it is back.
   */
  async killAgent() {
    await this.caughtUp()
    await this.#agent.kill()
  }

  send() {
    return this.#order(`send ${LINES}`)
  }

  async rotate() {
    this.round++
    await this.#order(`rotate ${LINES}`)
  }

  /** Kills the writer in the middle of a burst. */
  async sendAndKillWriter() {
    await this.#orderAndKill(`send ${LINES}`, `sent ${this.#lastSaid() + LINES / 2}\n`)
  }

  /** Kills the writer when it has just begun to rotate. */
  async rotateAndKillWriter() {
    await this.#orderAndKill(`rotate ${LINES}`, `sent ${this.#lastSaid() + LINES / 2}\n`)
  }

  /**
   * Resolves when the agent has every line whose `send` has returned. An agent that stands still is started again: on a busy
   * machine, rsyslog's imfile may miss that a file was created, until it looks at the folder again.
   */
  caughtUp() {
    let known = 0
    let since = Date.now()
    return until(() => {
      const received = this.#agent.received()
      if (received.size > known) since = Date.now()
      else if (Date.now() - since > STANDSTILL_MS) {
        this.#restarts++
        since = Date.now()
        void this.#agent.kill().then(() => this.#agent.start())
      }
      known = received.size
      return this.#eachSaid((line) => received.has(line))
    })
  }

  async end() {
    if (this.agentIsKilled) this.startAgent()
    this.#writer.child.stdin.end()
    const { code, stderr } = await this.#writer.done
    assert.equal(code, 0, stderr)
    await this.caughtUp()
    const received = this.#agent.received()
    const senders = checkNumbered(this.#content())
    for (const [sender, numbers] of senders)
      for (const n of numbers) assert.ok(received.has(lineOf(sender, n)), `line ${n} of ${sender} arrived`)
    for (let sender = 0; sender <= this.#sender; sender++) {
      const numbers = new Set(senders.get(sender))
      for (let n = 0; n <= this.#lastSaid(sender); n++) assert.ok(numbers.has(n), `line ${n} is in the log`)
    }
    const lines = [...senders.values()].reduce((sum, { length }) => sum + length, 0)
    assert.equal(received.size, lines, 'the agent received nothing that is not in the log')
    const compressed = this.#archives().map((path) => path.endsWith('.gz'))
    assert.ok(compressed.includes(true), 'archives are compressed')
    assert.ok(!compressed.slice(-KEEP_PLAIN).includes(true), 'the newest archives are plain')
    const repeated = [...received.values()].filter((count) => count > 1).length
    const zipped = compressed.filter(Boolean).length
    this.#t.diagnostic(
      `${lines} lines, ${this.rotations} archives, ${zipped} compressed, ${repeated} lines arrived more than once, ${this.#restarts} standstills of the agent`,
    )
  }

  #startWriter() {
    this.#sender++
    this.#commands = 0
    this.#arrived.push(0)
    this.#said.push('')
    const args = [this.#log, this.#sender, JSON.stringify(ROTATE)]
    this.#writer = startProgram(this.#t, 'send-and-rotate.js', args)
    const { child } = this.#writer
    const { stdout } = child
    const sender = this.#sender
    stdout.on('data', (text) => {
      this.#said[sender] += text
    })
  }

  async #order(command) {
    this.#writer.child.stdin.write(`${command}\n`)
    await this.#writer.says(`done ${++this.#commands}\n`)
  }

  async #orderAndKill(command, word) {
    this.#writer.child.stdin.write(`${command}\n`)
    await this.#writer.says(word)
    this.#writer.child.kill('SIGKILL')
    const { signal } = await this.#writer.done
    assert.equal(signal, 'SIGKILL')
    this.#startWriter()
    await this.send()
  }

  /** The number of the last line of a sender whose `send` is known to have returned, or -1. */
  #lastSaid(sender = this.#sender) {
    const said = this.#said[sender]
    const at = said.lastIndexOf('sent ')
    return at < 0 ? -1 : Number.parseInt(said.slice(at + 'sent '.length), 10)
  }

  /** Whether `holds` is true of each line that is said to be sent and was not found earlier. */
  #eachSaid(holds) {
    for (let sender = 0; sender <= this.#sender; sender++) {
      const last = this.#lastSaid(sender)
      while (this.#arrived[sender] <= last && holds(lineOf(sender, this.#arrived[sender])))
        this.#arrived[sender]++
      if (this.#arrived[sender] <= last) return false
    }
    return true
  }

  /** Oldest first. An archive and its compressed form, both there for a moment, are one. */
  #archives() {
    const folder = join(this.#log, '..')
    const byName = new Map()
    for (const name of readdirSync(folder)) {
      const [, day, sequence] = ARCHIVE.exec(name) ?? []
      if (day !== undefined) byName.set(`${day}.${sequence.padStart(6, '0')}`, join(folder, name))
    }
    return [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, path]) => path)
  }

  #content() {
    const files = [...this.#archives(), this.#log].map((path) => {
      const bytes = readFileSync(path)
      return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
    })
    return Buffer.concat(files).toString()
  }
}
