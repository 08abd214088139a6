// Which file is the log, after a reboot, a remount, a restore or a copy: the device number says nothing, the inode alone
// may be another file's by now, and a copy has neither. What the file holds decides where it is continued.

import assert from 'node:assert/strict'
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { recover } from 'choose-l2'
import { LogNotes } from '../../build/memory/log-notes.js'
import { LOG_IDENTITY_OFFSET, LOG_IDENTITY_WORDS } from '../../build/queue/layout.js'
import { CheckedNote } from '../../build/queue/checked-note.js'
import { WINDOW_BYTES } from '../../build/log/mmap-sink.js'
import { leaveBehind, nextStart, recoverNow } from '../helpers/orphan.js'
import { spoil } from '../helpers/queue-bytes.js'
import { restoreState, statesDuring, takeState } from '../helpers/states.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines, lineOf, readNumbered } from '../helpers/numbered-lines.js'
import { atWork } from '../helpers/writer-threads.js'
import { tempFolder } from '../helpers/temp-folder.js'

const skip = !canMap && 'koffi is not installed'
const SMALL = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }
const WRITTEN = 100
const LINES = 300

/** How a log may come back. */
const RETURNS = {
  'with another device number': ({ queue }) => changeIdentity(queue, { device: 12_345 }),
  'as a copy': ({ path }) => {
    copyFileSync(path, `${path}.copy`)
    renameSync(`${path}.copy`, path)
  },
  'as a copy with a hole for the NULs, on another device': ({ path, queue }) => {
    const bytes = readFileSync(path)
    const end = bytes.findLastIndex((byte) => byte !== 0) + 1
    writeFileSync(`${path}.copy`, bytes.subarray(0, end))
    resize(`${path}.copy`, bytes.length)
    renameSync(`${path}.copy`, path)
    changeIdentity(queue, { device: 12_345 })
  },
  'on a file system that keeps no time of birth': ({ queue }) => changeIdentity(queue, { birthMs: 0 }),
  'on a file system that keeps no time of birth, with another device number': ({ queue }) =>
    changeIdentity(queue, { birthMs: 0, device: 12_345 }),
}

/** How it is opened then. */
const OPENINGS = {
  'a start of the same writer': (path, writerType) => nextStart(path, { ...SMALL, writerType }),
  'a start of a line writer': (path) => nextStart(path, { ...SMALL, writerType: 'line' }),
  'a start of a mmap writer': (path) => nextStart(path, { ...SMALL, writerType: 'mmap' }),
  recover: (path) => recover(path),
}

for (const writerType of WRITER_TYPES) {
  describe(`the log of a killed ${writerType} writer that comes back`, { skip }, () => {
    for (const [how, change] of Object.entries(RETURNS)) {
      test(`${how} has every line once, and no NULs`, async (t) => {
        const { folder, path, queue } = await orphan(t, writerType)
        const left = takeState(folder)
        for (const [opening, open] of Object.entries(OPENINGS)) {
          restoreState(folder, left)
          change({ path, queue })
          await open(path, writerType)
          assert.equal(readFileSync(path).includes(0), false, opening)
          expectAllLines(path, LINES)
        }
      })

      test(`${how}, from the middle of a write`, async (t) => {
        const { folder, path, queue } = await orphan(t, writerType)
        const states = statesDuring(folder, () => recoverNow(path), 777).filter((state) => state.size === 2)
        for (const state of states) {
          restoreState(folder, state)
          change({ path, queue })
          recover(path)
          expectAllLines(path, LINES)
        }
      })
    }
  })
}

test('a new file with the inode of the deleted log is not taken for it', { skip }, async (t) => {
  const { folder, path, queue } = await orphan(t, 'block')
  const states = statesDuring(folder, () => recoverNow(path), 777)
  const torn = states.find((state) => state.get('app.log').at(-1) !== 0x0a)
  restoreState(folder, torn)
  const { size } = statSync(path)
  rmSync(path)
  const other = 'of somebody else\n'.repeat(size).slice(0, size - 1)
  writeFileSync(path, `${other}\n`) // as long as the noted offset
  changeIdentity(queue, { inode: statSync(path).ino }) // as ext4 gives it, mostly
  recoverNow(path)
  const bytes = readFileSync(path)
  assert.equal(bytes.toString('utf8', 0, size), `${other}\n`)
  writeFileSync(path, bytes.subarray(size))
  const numbers = readNumbered(path).get(0)
  assert.equal(numbers.at(-1), LINES - 1, 'the interrupted line is there, whole')
})

test('a file beside the log with the inode of the deleted one is left alone', { skip }, async (t) => {
  const { folder, path, queue } = await orphan(t, 'block')
  const states = statesDuring(folder, () => recoverNow(path), 777)
  restoreState(
    folder,
    states.find((state) => state.get('app.log').at(-1) !== 0x0a),
  )
  rmSync(path)
  const letter = join(folder, 'letter.txt')
  writeFileSync(letter, 'Dear reader\n')
  changeIdentity(queue, { inode: statSync(letter).ino })
  recoverNow(path)
  assert.equal(readFileSync(letter, 'utf8'), 'Dear reader\n')
})

describe('NULs that are not a killed writer’s are kept', { skip }, () => {
  for (const [name, content, size] of [
    ['at the end of a line', `data\n${'\0'.repeat(10)}\n`, 16],
    ['at the end of a file', 'data\n', 8192],
    ['in the middle of a line', 'data', WINDOW_BYTES],
  ]) {
    for (const writerType of WRITER_TYPES) {
      test(`${name}, when a ${writerType} writer opens the log`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        writeFileSync(path, content)
        resize(path, size)
        const before = readFileSync(path)
        const writer = createWriter(path, { writerType })
        writer.send('more')
        assert.equal(await writer.stop(Infinity), true)
        assert.ok(readFileSync(path).equals(Buffer.concat([before, Buffer.from('more\n')])))
      })
    }
  }
})

describe('NULs that a mmap writer without a queue file left are cut', { skip }, () => {
  for (const writerType of ['line', 'block']) {
    test(`when a ${writerType} writer opens the log`, async (t) => {
      const path = await tailWithoutQueue(t)
      const writer = createWriter(path, { writerType })
      writer.send(lineOf(0, 20))
      assert.equal(await writer.stop(Infinity), true)
      expectAllLines(path, 21)
    })
  }

  test('by recover, and not in a dry run', async (t) => {
    const path = await tailWithoutQueue(t)
    recover(path, { dryRun: true })
    assert.equal(statSync(path).size, WINDOW_BYTES)
    recover(path)
    expectAllLines(path, 20)
  })

  test('not while a mmap writer has the log open', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const live = createWriter(path, { writerType: 'mmap', crashSafe: false })
    await atWork(live)
    for (let n = 0; n < 20; n++) live.send(lineOf(0, n))
    assert.equal(await live.flush(Infinity), true)
    recover(path)
    assert.equal(statSync(path).size, WINDOW_BYTES)
    assert.equal(await live.stop(Infinity), true)
    expectAllLines(path, 20)
  })
})

async function orphan(t, writerType) {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  const options = { ...SMALL, writerType }
  const queue = await leaveBehind(t, { path, options, written: WRITTEN, lines: LINES })
  return { folder, path, queue }
}

async function tailWithoutQueue(t) {
  const path = join(tempFolder(t), 'app.log')
  const options = { writerType: 'mmap', crashSafe: false }
  await assert.rejects(leaveBehind(t, { path, written: 20, lines: 20, options }), /one queue file is left/)
  assert.equal(statSync(path).size, WINDOW_BYTES)
  return path
}

/** Changes what a queue file notes about the identity of its log. */
function changeIdentity(queue, { device, inode, birthMs }) {
  spoil(queue, ({ bytes }) => {
    const note = new CheckedNote(bytes.buffer, LOG_IDENTITY_OFFSET, LOG_IDENTITY_WORDS)
    const { doubles } = note.draft()
    if (device !== undefined) doubles[1] = device
    if (inode !== undefined) doubles[2] = inode
    if (birthMs !== undefined) doubles[3] = birthMs
    note.publish()
    assert.equal(new LogNotes(bytes.buffer).isSound, true)
  })
}

function resize(path, bytes) {
  const fd = openSync(path, 'r+')
  ftruncateSync(fd, bytes)
  closeSync(fd)
}
