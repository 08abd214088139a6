// Signals: what was read is written before the process ends by the signal.

import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, it } from 'node:test'
import { said, start } from './command.js'

describe('what came before a signal is written, then the signal ends the process', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    it(signal, async () => {
      const command = start(['write', '--mode', 'manual', '--queue-size', '2', '--grace', '0ms', '-'])
      command.child.stdin.write('1\n2\n3\n') // the third makes room for itself, and then waits
      await said(command, 'stdout', '1\n2\n')
      command.child.kill(signal)
      const ended = await command.ended
      assert.equal(ended.signal, signal)
      assert.equal(ended.stdout, '1\n2\n3\n')
      assert.match(ended.stderr, new RegExp(`3 lines, .*; ended by ${signal}\n$`))
    })
  }
})

it('a sender that ends by the same signal gets its last words in', async () => {
  const command = start(['write', '--type', 'line', '-'])
  command.child.stdin.write('working\n')
  await said(command, 'stdout', 'working\n')
  command.child.kill('SIGINT')
  command.child.stdin.end('goodbye\nand a last line without its end')
  const ended = await command.ended
  assert.equal(ended.signal, 'SIGINT')
  assert.equal(ended.stdout, 'working\ngoodbye\nand a last line without its end\n')
})

it('a sender that goes on for a while after the signal is read to its end', async () => {
  const command = start(['write', '--type', 'line', '-'])
  command.child.stdin.write('0\n')
  await said(command, 'stdout', '0\n')
  command.child.kill('SIGTERM')
  for (let n = 1; n < 48; n++) {
    command.child.stdin.write(`${n}\n`)
    await said(command, 'stdout', `\n${n}\n`)
    await pause(10) // longer than 200 ms together
  }
  command.child.stdin.end()
  const { signal, stdout } = await command.ended
  assert.equal(signal, 'SIGTERM')
  assert.equal(stdout, Array.from({ length: 48 }, (_, n) => `${n}\n`).join(''))
})

it('with --ignore-interrupts only the end of the input is the end', async () => {
  const command = start(['write', '--type', 'line', '--ignore-interrupts', '-'])
  command.child.stdin.write('1\n')
  await said(command, 'stdout', '1\n')
  command.child.kill('SIGINT')
  command.child.stdin.write('2\n')
  await said(command, 'stdout', '2\n')
  command.child.stdin.end('3\n')
  const { code, signal, stdout } = await command.ended
  assert.deepEqual({ code, signal, stdout }, { code: 0, signal: null, stdout: '1\n2\n3\n' })
})

it('a second signal ends at once what the log does not take', async () => {
  const command = start(['write', '--exit-timeout', 'never', '/dev/full'])
  command.child.stdin.write('stuck\n')
  await said(command, 'stderr', 'ENOSPC')
  command.child.kill('SIGINT')
  await said(command, 'stderr', 'a second signal gives them up')
  command.child.kill('SIGTERM')
  const ended = await command.ended
  assert.equal(ended.signal, 'SIGTERM')
  assert.match(ended.stderr, /; 1 not written/)
})
