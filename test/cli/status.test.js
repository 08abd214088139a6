// The subcommands `status` and `top`: what they show of writers that work, are stopped, or are gone, and their exit codes.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sparkline } from '../../build/cli/top/table.js'
import { startProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args])
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}

async function watch(t, path, mode, lines) {
  const program = startProgram(t, 'watched.js', [path, mode, lines])
  await program.says('sent')
  return program
}

describe('choose-l2 status', () => {
  it('has the exit code 0 where all is well', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { child } = await watch(t, path, 'trigger', 50)
    const { status, stdout, stderr } = run('status', path)
    assert.equal(stderr, '')
    assert.equal(stdout, `${path}: process ${child.pid}, 50 written, 0 lines waiting (0 B), 0 dropped\n`)
    assert.equal(status, 0)
  })

  it('has the exit code 1 for a process that is stopped, and for one that has left lines', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { child, done } = await watch(t, path, 'manual', 120)
    child.kill('SIGSTOP')
    await until(() => run('status', path).status === 1)
    assert.match(run('status', path).stdout, /is stopped, as by a debugger or SIGSTOP/)
    child.kill('SIGKILL')
    await done
    const { status, stdout } = run('status', path)
    assert.match(stdout, /its process is gone and 100 lines wait: run choose-l2 recover .*20 dropped/)
    assert.equal(status, 1)
    const [json] = JSON.parse(run('status', '--json', path).stdout)
    assert.deepEqual([json.state, json.pending, json.dropped], ['left', 100, 20])
  })

  it('says where there is nothing, and what is wrong with the command line', (t) => {
    const folder = tempFolder(t)
    assert.deepEqual(run('status', folder), {
      status: 0,
      stdout: 'No queue files: no writer with crash safety runs here, and none has left lines.\n',
      stderr: '',
    })
    assert.equal(run('status', '--jsn').status, 2)
    assert.equal(run('status', '--queue-dir', join(folder, 'none'), folder).status, 2)
  })

  it('shows no commands to the terminal that stand in a file', (t) => {
    const folder = tempFolder(t)
    writeFileSync(join(folder, '.a\u001b[31mb.0000000000000000.queue'), 'nonsense'.repeat(2000))
    const { status, stdout } = run('status', folder)
    assert.equal(status, 1)
    assert.ok(!stdout.includes('\u001b'))
  })
})

describe('choose-l2 top', () => {
  it('prints a table once, with what is wrong below its line', async (t) => {
    const folder = tempFolder(t)
    const { child, done } = await watch(t, join(folder, 'left.log'), 'manual', 30)
    child.kill('SIGKILL')
    await done
    const live = await watch(t, join(folder, 'live.log'), 'trigger', 1)
    const { status, stdout, stderr } = run('top', '--once', folder)
    assert.deepEqual([status, stderr], [0, ''])
    const [head, left, trouble, row] = stdout.split('\n')
    assert.match(head, /^log +pid +state +lines\/s +bytes\/s +waiting +full +dropped +errors +last minute$/)
    assert.match(left, new RegExp(`^left.log +${child.pid} +left +0 +0 B +30 +30 % +0 +0`))
    assert.equal(trouble, '  its process is gone and 30 lines wait: run choose-l2 recover')
    assert.match(row, new RegExp(`^live.log +${live.child.pid} +live +0 +0 B +0 +0 % +0 +0`))
  })

  it('gives rates as JSON', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await watch(t, path, 'trigger', 1)
    const [row] = JSON.parse(run('top', '--json', path).stdout)
    assert.equal(row.linesPerSecond, 0)
    assert.deepEqual(row.lastMinute, [0])
  })

  it('redraws on a terminal only', (t) => {
    const { status, stderr } = run('top', tempFolder(t))
    assert.equal(status, 2)
    assert.match(stderr, /Expected a terminal; use --once or --json/)
  })

  it('draws heights as shares of the highest', () => {
    assert.equal(sparkline([]), '')
    assert.equal(sparkline([0, 0]), '▁▁')
    assert.equal(sparkline([0, 7, 14]), '▁▅█')
    assert.equal(sparkline(Array.from({ length: 60 }, (_, n) => n)).length, 20)
  })
})
