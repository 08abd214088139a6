// The end of the process beyond the simple cases: signals left to the application, processes started by cluster and
// fork, many writers, an exit in the middle of a flush, an exit that the disk holds up.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { runProgram, startProgram } from '../helpers/program.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines, readNumbered } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const ENDS = 'ends.js'
const FAMILY = 'family.js'

for (const writerType of WRITER_TYPES) {
  describe(`${writerType} writer`, () => {
    test('handleSignals: false adds no handler; what was handed over is there at the next start', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const { child, says, done } = startProgram(t, ENDS, ['left-alone', path, writerType])
      assert.match(await says('ready'), /handlers 0/u)
      child.kill('SIGTERM')
      assert.equal((await done).signal, 'SIGTERM')
      if (!canMap) return
      await startAgain(path, writerType)
      expectAllLines(path, 2000)
    })

    test('one writer that leaves signals alone beside one that does not: all is written', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const { child, says, done } = startProgram(t, ENDS, ['mixed', path, writerType])
      assert.match(await says('ready'), /handlers 1/u)
      child.kill('SIGTERM')
      assert.equal((await done).signal, 'SIGTERM')
      expectAllLines(path, 2000)
      expectAllLines(`${path}.2`, 2000)
    })

    for (const how of ['flush', 'sync', 'trigger', 'flushSync']) {
      test(`process.exit in the middle of ${how}`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const { code } = await runProgram(t, ENDS, [how, path, writerType])
        assert.equal(code, 3)
        expectAllLines(path, 2000)
      })
    }

    test('a process with fifty writers', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const { code } = await runProgram(t, ENDS, ['many', path, writerType])
      assert.equal(code, 3)
      for (let n = 0; n < 50; n++) expectAllLines(`${path}.${n}`, 100)
    })

    test('exit on a full disk ends, and the next start has the lines', { skip: cannotMount }, async (t) => {
      const disk = tmpfs(t)
      disk.fill()
      const path = join(disk.folder, 'app.log')
      const queueDir = tempFolder(t)
      const { code } = await runProgram(t, ENDS, ['full', path, writerType, queueDir])
      assert.equal(code, 3)
      disk.free()
      if (!canMap) return
      await startAgain(path, writerType, queueDir)
      expectAllLines(path, 2000)
    })
  })
}

for (const kind of ['cluster', 'fork']) {
  for (const end of ['return', 'exit', 'SIGTERM']) {
    test(`three processes started by ${kind} share a log and end by ${end}: every line is there`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const { code, stderr } = await runProgram(t, FAMILY, [kind, end, path])
      assert.equal(code, 0, stderr)
      const bySender = readNumbered(path)
      for (const sender of [1, 2, 3]) assert.equal(bySender.get(sender)?.length, 1000)
    })
  }
}

async function startAgain(path, writerType, queueDir) {
  const writer = createWriter(path, { writerType, ...(queueDir && { queueDir }) })
  assert.equal(await writer.stop(Infinity), true)
}
