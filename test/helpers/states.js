// The files of a folder as a kill would leave them: taken before and after each call that changes a file, and put back
// so that the work can begin again from there. A file keeps its inode when it is put back, as recovery looks at it.

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

const { readdirSync, readFileSync, rmSync, writeFileSync, openSync, closeSync, ftruncateSync, writeSync } = fs
const CHANGING = ['writeSync', 'writevSync', 'ftruncateSync', 'unlinkSync', 'renameSync']

/** Everything in a folder, by name. */
export function takeState(folder) {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]))
}

export function restoreState(folder, state) {
  for (const name of readdirSync(folder)) if (!state.has(name)) rmSync(join(folder, name))
  for (const [name, bytes] of state) {
    const fd = openSync(join(folder, name), 'a+')
    try {
      ftruncateSync(fd, 0)
      if (bytes.length > 0) writeFileSync(fd, bytes)
    } finally {
      closeSync(fd)
    }
  }
}

/**
 * Runs `work` and returns the states of the folder around each call that changes a file. Writes are short: of at most
 * `mostBytes`, so that there are many of them, and lines are cut.
 */
export function statesDuring(folder, work, mostBytes) {
  const states = []
  const originals = Object.fromEntries(CHANGING.map((name) => [name, fs[name]]))
  for (const name of CHANGING) {
    const original = originals[name]
    fs[name] = (...args) => {
      states.push(takeState(folder))
      try {
        return name.startsWith('write') ? shortWrite(args, mostBytes) : original(...args)
      } finally {
        states.push(takeState(folder))
      }
    }
  }
  syncBuiltinESMExports()
  try {
    work()
  } finally {
    Object.assign(fs, originals)
    syncBuiltinESMExports()
  }
  return states
}

function shortWrite([fd, bytes], mostBytes) {
  const first = Array.isArray(bytes) ? bytes[0] : bytes
  return writeSync(fd, first.subarray(0, mostBytes))
}
