// Whatever a listener does, the event loop keeps running, and the writer's state and numbers stay sound.

import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runProgram } from '../../helpers/program.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const ACTIONS = ['send', 'fill', 'flushSync', 'stopSync', 'throw', 'exit']
const WORDS = {
  send: 'sends',
  fill: 'fills the queue',
  flushSync: 'calls flushSync',
  stopSync: 'calls stopSync',
  throw: 'throws',
  exit: 'calls process.exit',
}

for (const event of ['drop', 'drain', 'error', 'close']) {
  for (const thread of [true, false]) {
    describe(`a listener of '${event}', thread: ${thread}`, { concurrency: 2 }, () => {
      for (const action of ACTIONS) {
        test(`that ${WORDS[action]}`, { skip: event === 'error' && !existsSync('/dev/full') }, async (t) => {
          const folder = tempFolder(t)
          const path = join(folder, 'app.log')
          const { code, signal, stdout, stderr } = await runProgram(
            t,
            'listener.js',
            [path, event, action, thread],
            { execArgv: ['--no-warnings'] },
          )
          assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
          const seen = JSON.parse(stdout)
          assert.ok(seen.events > 0)
          if (action === 'throw') assert.equal(seen.thrown, seen.events)
          assert.equal(seen.enqueued, seen.written + seen.dropped + seen.pending)
          if (event === 'drop') assert.ok(seen.most <= 1, `${seen.most} drop events in one turn`)
          if (action === 'exit' || event === 'error') return
          assert.equal(seen.told, seen.dropped)
          assert.equal(seen.close, 1)
          assert.equal(seen.pending, 0)
          assert.equal(readFileSync(path, 'utf8').split('\n').length - 1, seen.written)
          assert.deepEqual(readdirSync(folder), ['app.log'])
        })
      }
    })
  }
}
