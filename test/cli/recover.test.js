// The subcommand `recover`: what a killed process left, told, recovered, and told again.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createWriter } from 'choose-l2'
import { tempFolder } from '../helpers/temp-folder.js'

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const KILLED_PROGRAM = `
import { createWriter } from 'choose-l2'
const [, path, queueDir] = process.argv
const writer = createWriter(path, { mode: 'manual', batchSize: 1, ...(queueDir && { queueDir }) })
for (let n = 0; n < 100; n++) writer.send('line ' + n)
process.kill(process.pid, 'SIGKILL')
`
const LINES = Array.from({ length: 100 }, (_, n) => `line ${n}\n`).join('')

let folder
let log
beforeEach(() => {
  folder = tempFolder()
  log = join(folder, 'app.log')
})

function leaveQueue(...queueDir) {
  const args = ['--input-type=module', '-e', KILLED_PROGRAM, log, ...queueDir]
  const { signal } = spawnSync(process.execPath, args)
  assert.equal(signal, 'SIGKILL')
  assert.equal(readFileSync(log, 'utf8'), '')
}

function recover(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'recover', ...args])
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}

describe('choose-l2 recover', () => {
  for (const target of ['the log', 'its folder']) {
    it(`given ${target}, puts every line into the log once and leaves no file`, () => {
      leaveQueue()
      const path = target === 'the log' ? log : folder
      assert.deepEqual(recover(path), { status: 0, stdout: `${log}: 100 lines recovered\n`, stderr: '' })
      assert.deepEqual(recover(path), { status: 0, stdout: 'No queues were left behind.\n', stderr: '' })
      assert.equal(readFileSync(log, 'utf8'), LINES)
      assert.deepEqual(readdirSync(folder), ['app.log'])
    })
  }

  it('given a folder and --queue-dir, recovers all logs of the folder and no others', () => {
    const queues = join(folder, 'queues')
    const other = join(folder, 'other')
    for (const path of [queues, other]) mkdirSync(path)
    leaveQueue(queues)
    const none = { status: 0, stdout: 'No queues were left behind.\n', stderr: '' }
    assert.deepEqual(recover('--queue-dir', queues, other), none)
    const done = { status: 0, stdout: `${log}: 100 lines recovered\n`, stderr: '' }
    assert.deepEqual(recover('--queue-dir', queues, folder), done)
    assert.equal(readFileSync(log, 'utf8'), LINES)
    assert.deepEqual(readdirSync(queues), [])
  })

  it('with --dry-run only tells', () => {
    leaveQueue()
    assert.equal(recover('--dry-run', log).stdout, `${log}: 100 lines to recover\n`)
    assert.equal(readFileSync(log, 'utf8'), '')
    assert.equal(recover(log).stdout, `${log}: 100 lines recovered\n`)
  })

  it('with --json prints what programs read', () => {
    leaveQueue()
    const [only, ...more] = JSON.parse(recover('--json', folder).stdout)
    assert.deepEqual(more, [])
    assert.deepEqual([only.log, only.lines, only.outcome], [log, 100, 'recovered'])
  })

  it('leaves the queue of a running writer alone', async () => {
    const writer = createWriter(log, { mode: 'manual', crashSafe: true })
    writer.send('still waiting')
    const { status, stdout } = recover(folder)
    assert.equal(status, 0)
    assert.match(stdout, /its writer runs, left alone/)
    assert.equal(await writer.stop(), true)
    assert.equal(readFileSync(log, 'utf8'), 'still waiting\n')
  })

  it('puts a damaged queue aside, names it, and exits with 1', () => {
    writeFileSync(join(folder, '.app.log.0123456789abcdef.queue'), 'this is not a queue'.repeat(1000))
    const { status, stdout } = recover(log)
    assert.equal(status, 1)
    assert.match(stdout, /put aside as \.corrupt/)
    assert.deepEqual(readdirSync(folder), ['.app.log.0123456789abcdef.queue.corrupt'])
  })

  it('says what it expects, and exits with 2', () => {
    assert.match(recover().stderr, /Expected a log or a folder, got nothing/)
    assert.equal(recover().status, 2)
    assert.match(recover('--dry', log).stderr, /Did you mean --dry-run\?/)
    assert.match(execFileSync(process.execPath, [COMMAND, 'recover', '--help']).toString(), /--dry-run/)
  })

  it('names a log or folder that does not exist, exits with 2, and touches nothing', () => {
    leaveQueue()
    const before = readdirSync(folder)
    for (const target of ['/no/such', join(folder, 'other.log'), join(folder, 'none', 'app.log')]) {
      const { status, stdout, stderr } = recover(folder, target)
      assert.equal(status, 2)
      assert.equal(stdout, '')
      assert.ok(stderr.includes(`but '${target}' does not exist and has no queue`), stderr)
    }
    const queueDir = recover('--queue-dir', join(folder, 'none'), log)
    assert.equal(queueDir.status, 2)
    assert.match(
      queueDir.stderr,
      /^choose-l2: Expected queueDir to be a folder that exists, got '.*none'\. See /,
    )
    assert.deepEqual(readdirSync(folder), before)
  })

  it('recovers the queue of a log that is gone', () => {
    leaveQueue()
    rmSync(log)
    assert.deepEqual(recover(log), { status: 0, stdout: `${log}: 100 lines recovered\n`, stderr: '' })
    assert.equal(readFileSync(log, 'utf8'), LINES)
  })

  it('says in one line that it may not read a folder, and exits with 3', () => {
    leaveQueue()
    chmodSync(folder, 0o300)
    const user = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {}
    if ('uid' in user) chownSync(folder, user.uid, user.gid)
    for (const target of [folder, log]) {
      const args = [COMMAND, 'recover', target]
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', ...user })
      assert.match(stderr, /^choose-l2: Could not look for queues of .*: EACCES: permission denied.*\n$/)
      assert.deepEqual({ status, stdout }, { status: 3, stdout: '' })
    }
    chmodSync(folder, 0o700)
  })
})
