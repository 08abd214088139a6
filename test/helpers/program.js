// Runs the small programs of test/programs as processes of their own, and ends those that are left.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * Starts a program. `done` resolves to how it ended; `says(word)` resolves once its standard output has held the
 * word, and rejects if the program ends before. `under` is a command to start it with.
 */
export function startProgram(t, name, args = [], options = {}) {
  const { stdio = ['pipe', 'pipe', 'pipe'], execArgv = [], under = [], env = {}, ...rest } = options
  const file = fileURLToPath(new URL(`../programs/${name}`, import.meta.url))
  const [command, ...before] = [...under, process.execPath]
  const child = spawn(command, [...before, ...execArgv, file, ...args.map(String)], {
    stdio,
    env: programEnv(env),
    ...rest,
  })
  t.after(() => child.kill('SIGKILL'))
  return { child, ...outcomeOf(child) }
}

/** Runs a program to its end. */
export function runProgram(t, name, args, options) {
  return startProgram(t, name, args, options).done
}

/** The environment of a program that must not know it is started by a test. */
export function programEnv(extra = {}) {
  const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...env } = process.env
  return { ...env, ...extra }
}

function outcomeOf(child) {
  let stdout = ''
  let stderr = ''
  const listeners = new Set()
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text
    for (const listener of listeners) listener()
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const done = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }))
  const says = (word) =>
    new Promise((resolve, reject) => {
      const listener = () => {
        if (!stdout.includes(word)) return
        listeners.delete(listener)
        resolve(stdout)
      }
      listeners.add(listener)
      listener()
      void done.then(({ code, signal }) => {
        listener()
        reject(new Error(`the program ended (${code ?? signal}) without saying ${word}: ${stdout}${stderr}`))
      })
    })
  return { done, says }
}
