// A log that is full, slow or gone, and an input that cannot be read.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { it } from 'node:test'
import { run, said, start } from './command.js'
import { tempFolder } from '../helpers/temp-folder.js'

const folder = tempFolder()

it('a full disk is told once, retried, and given up some time after the end of the input', async () => {
  const command = start(['write', '--json', '--exit-timeout', '300ms', '/dev/full'])
  command.child.stdin.write('a\nb\n')
  await said(command, 'stderr', 'ENOSPC')
  command.child.stdin.end()
  const { code, stdout, stderr } = await command.ended
  assert.equal(code, 1)
  assert.equal(stderr.match(/ENOSPC/g).length, 1)
  const { lines, written, unwritten, errors, complete } = JSON.parse(stdout)
  assert.deepEqual(
    { lines, written, unwritten, complete },
    { lines: 2, written: 0, unwritten: 2, complete: false },
  )
  assert.ok(errors > 1)
})

it('lines that never got into the queue are counted as well', async () => {
  const input = 'line\n'.repeat(1000)
  const flags = ['--json', '--exit-timeout', '0', '--queue-size', '10']
  const command = start(['write', ...flags, '/dev/full'])
  command.child.stdin.end(input)
  await said(command, 'stderr', 'ENOSPC')
  command.child.kill('SIGTERM')
  const { signal, stdout } = await command.ended
  assert.equal(signal, 'SIGTERM')
  assert.equal(JSON.parse(stdout).lines, 1000)
  assert.equal(JSON.parse(stdout).unwritten, 1000)
})

it('a signal during a wait that is longer than the time limit ends the command with a summary', async () => {
  const flags = ['--json', '--grace', '0', '--exit-timeout', '0', '--queue-size', '10']
  const command = start(['write', ...flags, '/dev/full'])
  command.child.stdin.write('line\n'.repeat(1000)) // and the input goes on
  await said(command, 'stderr', 'ENOSPC')
  command.child.kill('SIGTERM')
  const { signal, stdout, stderr } = await command.ended
  assert.doesNotMatch(stderr, /Expected timeout/)
  assert.equal(signal, 'SIGTERM')
  assert.equal(JSON.parse(stdout).unwritten, 1000)
})

for (const kind of ['file', 'FIFO']) {
  it(`a log that is the input itself is refused: a ${kind}`, async () => {
    const log = join(folder, `input.${kind}`)
    if (kind === 'FIFO') execFileSync('mkfifo', [log])
    else writeFileSync(log, 'line\n')
    const input = openSync(log, kind === 'FIFO' ? 'r+' : 'r')
    for (const target of [log, 'fd:0']) {
      const { code, stderr } = await run(['write', target], '', { stdio: [input, 'pipe', 'pipe'] })
      assert.equal(code, 2)
      assert.match(stderr, /^choose-l2: Expected a log other than the input, got '.*'/)
    }
    closeSync(input)
    if (kind === 'file') assert.equal(readFileSync(log, 'utf8'), 'line\n')
  })
}

it('a slow reader of a pipe gets every byte', async () => {
  const input = Array.from({ length: 300_000 }, (_, n) => `line ${n}\n`).join('')
  const command = start(['write', '--quiet', '--queue-bytes', '64K', '-'])
  command.child.stdin.end(input)
  command.child.stdout.on('data', async () => {
    command.child.stdout.pause()
    await pause(1) // the slowness is the point
    command.child.stdout.resume()
  })
  const { code, bytes } = await command.ended
  assert.equal(code, 0)
  assert.ok(bytes.equals(Buffer.from(input)))
})

it('a reader that has gone is the end, without a wait', async () => {
  const command = start(['write', '--exit-timeout', 'never', '-'])
  command.child.stdin.write('first\n')
  await said(command, 'stdout', 'first\n')
  command.child.stdout.destroy()
  command.child.stdin.write('second\n') // and the input goes on
  const { code, signal, stderr } = await command.ended
  assert.deepEqual({ code, signal }, { code: 1, signal: null })
  assert.match(stderr, /Nobody reads fd:1 any more \(EPIPE\)\n.*1 line, .*; 1 dropped/)
})

it('an input that cannot be read is told, with exit code 4', async () => {
  const log = join(folder, 'app.log')
  const input = openSync(folder, 'r')
  const { code, stderr } = await run(['write', '--quiet', log], '', { stdio: [input, 'pipe', 'pipe'] })
  closeSync(input)
  assert.equal(code, 4)
  assert.match(stderr, /^choose-l2: Could not read standard input: EISDIR/)
  assert.equal(existsSync(log), true)
})

it('a run after a killed one goes on in the same log, with each line once', async () => {
  const log = join(folder, 'killed.log')
  const command = start(['write', '--mode', 'manual', '--queue-size', '2', log])
  command.child.stdin.write('1\n2\n3\n') // the third is in the queue, or not yet
  while (!existsSync(log) || readFileSync(log, 'utf8') === '') await pause(5)
  command.child.kill('SIGKILL')
  await command.ended
  assert.equal((await run(['write', log], '4\n')).code, 0)
  assert.match(readFileSync(log, 'utf8'), /^1\n2\n(3\n)?4\n$/)
})
