// A child process that answers questions: `ask(name, data)` resolves with what its handler of that name returned.
// The same file serves both sides. A child whose parent has gone ends by itself.

import { fork } from 'node:child_process'

/** Starts `file` as a process of its own. */
export function startProcess(file, args) {
  const child = fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const open = new Map()
  let next = 0
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)))
  child.on('message', ({ id, answer, error }) => {
    const { resolve, reject } = open.get(id)
    open.delete(id)
    if (error === undefined) resolve(answer)
    else reject(new Error(error))
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of open.values()) reject(new Error(`a process ended early (${signal ?? code})`))
    open.clear()
  })
  return {
    ask(name, data = {}) {
      return new Promise((resolve, reject) => {
        const id = next++
        open.set(id, { resolve, reject })
        child.send({ id, name, data }, (error) => error !== null && reject(error))
      })
    },
    kill: (signal) => child.kill(signal),
    /** Resolves with the signal that ended it, or its exit code. */
    ended,
  }
}

/** In the child: answers with what the handler of that name returns. */
export function answerWith(handlers) {
  process.on('message', async ({ id, name, data }) => {
    try {
      process.send({ id, answer: await handlers[name](data) })
    } catch (error) {
      process.send({ id, error: String(error.message) })
    }
  })
  process.on('disconnect', () => process.exit())
  process.on('SIGINT', () => {}) // Ctrl-C reaches every process of the terminal; the parent decides
}
