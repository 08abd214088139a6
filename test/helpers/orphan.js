// Queue files that a killed program has left, and what the next start makes of them.

import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createWriter } from 'choose-l2'
import { runProgram, startProgram } from './program.js'
import { recoverAll } from '../../build/recovery/recover.js'

/** Lets a program die with lines in its queue; resolves to the path of the queue file it left. */
export async function leaveBehind(t, task) {
  const folder = task.options?.queueDir ?? dirname(task.path)
  const identity = (file) => `${statSync(file).ino} ${statSync(file).birthtimeMs}` // names and inodes are used again
  const before = new Set(queueFiles(folder, task.path).map(identity))
  const { signal, stderr } = await runProgram(t, `leave-behind.js`, [JSON.stringify(task)])
  assert.equal(signal, 'SIGKILL', stderr)
  const left = queueFiles(folder, task.path).filter((file) => !before.has(identity(file)))
  assert.equal(left.length, 1, 'one queue file is left')
  return left[0]
}

/** A program that holds its queue; `stop()` ends it well. */
export async function keepAlive(t, task) {
  const args = [JSON.stringify({ ...task, staysAlive: true })]
  const { child, says, done } = startProgram(t, `leave-behind.js`, args)
  await says('ready')
  return {
    stop: async () => {
      child.stdin.end('\n')
      const { code, stderr } = await done
      assert.equal(code, 0, stderr)
    },
    kill: async () => {
      child.kill('SIGKILL')
      await done
    },
  }
}

/** Opens the log again and stops; resolves to what the event 'recovered' told, or null. */
export async function nextStart(path, options = {}) {
  const writer = createWriter(path, options)
  let told = null
  writer.on('recovered', (event) => {
    told = event
  })
  assert.equal(await writer.stop(Infinity), true)
  return told
}

/** Recovers as the command does, without a writer. */
export function recoverNow(path, options = {}) {
  return recoverAll(queueFiles(dirname(path), path), options)
}

/** The queue files of a log, their overflow files not among them. */
export function queueFiles(folder, path) {
  return allFiles(folder, path).filter((file) => file.endsWith('.queue'))
}

/** Every file that belongs to queues of a log. */
export function allFiles(folder, path) {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`.${basename(path)}.`))
    .map((name) => join(folder, name))
}
