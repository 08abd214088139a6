// Starts the command as a shell would, and gathers what it says.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** A running command; `output` grows while it runs, `ended` is fulfilled with how it ended. */
export function start(args, { stdio = ['pipe', 'pipe', 'pipe'], env = process.env } = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio, env })
  const output = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
  for (const name of ['stdout', 'stderr']) {
    child[name]?.on('data', (data) => {
      output[name] = Buffer.concat([output[name], data])
    })
  }
  child.stdin?.on('error', () => {}) // it may end before it has read all
  const ended = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    stdout: output.stdout.toString(),
    stderr: output.stderr.toString(),
    bytes: output.stdout,
  }))
  return { child, output, ended }
}

/** Runs the command on this input to its end. */
export function run(args, input = '', options = {}) {
  const { child, ended } = start(args, options)
  child.stdin?.end(input)
  return ended
}

/** Resolves as soon as the stream has said this. */
export async function said({ child, output }, name, text) {
  while (!output[name].includes(text)) await once(child[name], 'data')
}
