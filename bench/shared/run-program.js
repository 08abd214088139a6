// Every measured run is a process of its own: nothing that one run compiled, allocated or left warm helps the next.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'

/** Runs a program to its end; returns what it printed, and how it ended. */
export async function runProgram(file, args, { nodeArgs = [] } = {}) {
  const program = spawn(process.execPath, [...nodeArgs, file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(program, 'close')
  const [output, errors] = await Promise.all([program.stdout.toArray(), program.stderr.toArray()])
  const [code, signal] = await closed
  return { output: text(output), errors: text(errors), end: signal ?? `code ${code}` }
}

/** As runProgram, for a program that prints one JSON value and must end well. */
export async function runForJson(file, args, options) {
  const { output, errors, end } = await runProgram(file, args, options)
  if (end !== 'code 0') throw new Error(`${basename(file)} ended with ${end}: ${reasonIn(errors)}`)
  return JSON.parse(output.trimEnd().split('\n').at(-1)) // some peers greet
}

/** The message of the error that ended it, without its stack. */
function reasonIn(errors) {
  const lines = errors.trim().split('\n')
  return lines.find((line) => /^\w*(?:Error|Exception|Exit)\b.*: /u.test(line)) ?? lines.slice(-3).join(' ')
}

const text = (chunks) => Buffer.concat(chunks).toString()
