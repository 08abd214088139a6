// However a signal arrives, the process ends as it would without a writer, and every line that was sent is in the file.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const WAYS = {
  lastAct: 'raised as the last act of the program',
  lastActInTimer: 'raised as the last act of a timer',
  lastActOfChild: 'sent by a child process, as the last act of the program',
  lastActTwice: 'raised twice in a row',
  thenExit: 'raised before process.exit(0)',
  thenThrow: 'raised before an uncaught exception',
  thenStopSync: 'raised before stopSync()',
  afterStop: 'raised after stop()',
  beforeExit: "raised in a 'beforeExit' listener",
  inExit: "raised in an 'exit' listener",
  byHand: 'emitted by hand without a listener',
  byHandWithArguments: 'emitted by hand as Node does it, without a listener',
  byHandToHandler: 'emitted by hand to a listener that exits',
  once: 're-raised by a listener added with once()',
  onceTwiceInARow: 're-raised twice in a row by a listener added with once()',
  onceThenExit: 're-raised by a listener that then exits with 0',
  onceLastAct: 're-raised as the last act of the process',
  onceAsync: 're-raised later by a listener added with once()',
  off: 're-raised by a listener that leaves, and then sends',
  offAfterSend: 're-raised by a listener that sends, and removes all listeners',
  several: 're-raised by the last of several listeners',
  severalOnce: 're-raised by one of several listeners added with once()',
  swallowed: 'raised for a listener that leaves before it is called',
  signalExit: 're-raised as the package signal-exit does it',
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']

for (const [n, [way, name]] of Object.entries(WAYS).entries()) {
  const signal = SIGNALS[n % SIGNALS.length]
  const writerType = WRITER_TYPES[n % WRITER_TYPES.length]
  test(`${signal} is ${name} (${writerType} writer)`, async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    const [control, outcome] = await Promise.all([
      runProgram(t, 'signalled.js', [path, 'none', signal, way]),
      runProgram(t, 'signalled.js', [path, writerType, signal, way]),
    ])
    assert.deepEqual(endOf(outcome), endOf(control))
    // Where the signal ends the control at once, the program may send some more lines.
    assert.ok(linesSent(outcome) >= linesSent(control))
    expectAllLines(path, linesSent(outcome))
    assert.deepEqual(readdirSync(folder), ['app.log'], 'nothing else is left')
  })
}

function linesSent({ stdout }) {
  return Number(stdout.trim().split('\n').at(-1))
}

function endOf({ code, signal }) {
  return { code, signal }
}
