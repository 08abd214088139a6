// A pause of the whole process must be seen in the response times: the lines that were meant to be sent during it
// are late. A benchmark that starts its clock at the send would not notice (coordinated omission).

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { tempFolder } from '../helpers/temp-folder.js'

const PROGRAM = new URL('../../bench/programs/response-time.js', import.meta.url)
const STOP_MS = 500
/** Between the signal and the moment it strikes, and for the resolution of the histogram. */
const SLACK_MS = 50
const NS_PER_MS = 1e6

for (const contender of ['choose-l2 block', 'control: null sink']) {
  test(`${contender}: a process that is stopped for ${STOP_MS} ms has response times of that length`, async () => {
    const folder = tempFolder()
    const task = { contender, path: join(folder, 'log'), rate: 20_000, warmup: 1000, untilTold: true }
    const child = fork(PROGRAM, [JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    try {
      const output = child.stdout.toArray()
      await once(child, 'message') // the load has begun
      child.kill('SIGSTOP')
      await delay(STOP_MS) // not a wait for something: it is the fault itself
      child.kill('SIGCONT')
      child.send('enough')
      const [code] = await once(child, 'close')
      assert.equal(code, 0)
      const { max, lines, 'p99.99': high } = JSON.parse(Buffer.concat(await output).toString())
      assert.ok(max >= (STOP_MS - SLACK_MS) * NS_PER_MS, `the longest response took ${max / NS_PER_MS} ms`)
      // Not one line alone: about 10,000 were meant to be sent meanwhile, each later than the one before.
      assert.ok(high >= (STOP_MS / 2) * NS_PER_MS, `only a few of ${lines} lines felt it`)
    } finally {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  })
}
