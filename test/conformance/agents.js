// The log agents that the conformance tests run: each is the real program with its own configuration, its own folder
// for state and its own output, so it touches no service of the machine. The configurations are read from docs/agents.md.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** Daemons are often outside the PATH of a user. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']

/** The path of an installed program, or null. */
export function findProgram(name) {
  const paths = FOLDERS.map((folder) => join(folder, name))
  return paths.find(isExecutable) ?? null
}

/** The value of a test's option `skip`: false where the program is installed, otherwise the reason. */
export function skipWithout(name, debianPackage) {
  return findProgram(name) === null && `${name} is not installed (apt-get install ${debianPackage})`
}

/**
 * An agent that follows `log` and writes each line it reads to a file in `folder`. `start()` starts it, `kill()` sends
 * SIGKILL and waits for its end; it may be started again. `received()` reads what has arrived since the last call and
 * returns how often each line has arrived so far.
 */
export class Agent {
  #command
  #child = null
  /** By the test, and not started again. */
  isKilled = false
  #output
  #fd
  #position = 0
  #rest = Buffer.alloc(0)
  #counts = new Map()

  constructor(t, folder, commandOf) {
    mkdirSync(folder)
    this.#output = join(folder, 'received')
    this.#fd = openSync(this.#output, 'a+')
    this.#command = commandOf(folder, this.#output)
    t.after(async () => {
      if (this.isRunning) await this.kill()
      closeSync(this.#fd)
    })
  }

  get isRunning() {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  start() {
    const { command, args } = this.#command
    this.isKilled = false
    // rsyslog and tail comment on every rotation on their standard error.
    this.#child = spawn(command, args, { stdio: ['ignore', this.#fd, 'ignore'] })
  }

  async kill() {
    this.#expectRunning()
    const ended = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    this.isKilled = true
    await ended
  }

  received() {
    if (this.#child !== null && !this.isKilled) this.#expectRunning()
    const { size } = fstatSync(this.#fd)
    const bytes = Buffer.alloc(size - this.#position)
    this.#position += readSync(this.#fd, bytes, 0, bytes.length, this.#position)
    const text = Buffer.concat([this.#rest, bytes])
    const end = text.lastIndexOf(0x0a) + 1
    this.#rest = text.subarray(end)
    for (const line of text.toString('utf8', 0, end).split('\n').slice(0, -1))
      this.#counts.set(line, (this.#counts.get(line) ?? 0) + 1)
    return this.#counts
  }

  /** An agent that ends by itself is no kill of ours: the test could wait forever. */
  #expectRunning() {
    if (this.isRunning) return
    throw new Error(`The agent ended by itself (${this.#child.exitCode ?? this.#child.signalCode})`)
  }
}

/** GNU tail: follows the name. It remembers nothing, so it starts with the first line of the live file. */
export function tail(log) {
  return () => ({ command: findProgram('tail'), args: ['-n', '+1', '-F', '-q', log] })
}

/** rsyslog's imfile: follows the inode. */
export function rsyslog(log) {
  return (folder, output) => {
    const config = writeConfig('rsyslog', { folder, log, output })
    return { command: findProgram('rsyslogd'), args: ['-n', '-f', config, '-i', 'NONE'] }
  }
}

/** syslog-ng's wildcard-file: remembers a position for each path. */
export function syslogNg(log) {
  return (folder, output) => {
    const config = writeConfig('syslog-ng', { folder, log, output })
    const [persist, pid, control] = ['persist', 'pid', 'control'].map((kind) => join(folder, kind))
    const args = ['-F', '-f', config, '-R', persist, '-p', pid, '-c', control, '--no-caps']
    return { command: findProgram('syslog-ng'), args }
  }
}

/** Writes the configuration that docs/agents.md gives for an agent, with the paths of a test. */
function writeConfig(agent, { folder, log, output }) {
  const page = readFileSync(new URL('../../docs/agents.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split(`\n## ${agent}\n`)
  const block = /^```\n(.*?)^```$/ms.exec(section)
  if (block === null) throw new Error(`docs/agents.md has no configuration for ${agent}`)
  const config = join(folder, `${agent}.conf`)
  const text = block[1]
    .replaceAll('/var/spool/rsyslog', folder)
    .replaceAll('/var/log/received/app', output)
    .replaceAll('/var/log/app', dirname(log))
  writeFileSync(config, text)
  return config
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
