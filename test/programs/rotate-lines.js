// Writes numbered lines to a rotating log: JSON of the arguments of writeLines, and `killAt`: the number of the system call
// before which it kills itself. Without one, it says how many there are.

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { killAt = 0, pauseMs = 0, ...job } = JSON.parse(process.argv[2])
const CALLS =
  'openSync closeSync readSync writeSync statSync lstatSync fstatSync fchmodSync fchownSync futimesSync'
const MORE_CALLS = 'fsyncSync readdirSync renameSync unlinkSync'
const LIBC_CALLS = ['tryLock', 'unlock', 'renameNoReplace', 'replace']

const own = { ...fs }
let steps = 0
let counts = false
const names = []
const { writeLines } = await import('../helpers/rotating.js') // has kept node's own functions for its own files
for (const name of `${CALLS} ${MORE_CALLS}`.split(' ')) fs[name] = stepping(name, own[name])
syncBuiltinESMExports()
const { loadLibc } = await import('../../build/native/libc.js')
const libc = loadLibc()
for (const name of LIBC_CALLS) libc[name] = stepping(name, libc[name])

function stepping(name, original) {
  return (...args) => {
    if (counts) {
      steps++
      names.push(name)
      if (steps === killAt) process.kill(process.pid, 'SIGKILL')
    }
    return Reflect.apply(original, fs, args)
  }
}

const pause = () => {
  if (pauseMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
}
counts = true
writeLines({ ...job, pause })
counts = false
console.log(JSON.stringify({ steps, names }))
