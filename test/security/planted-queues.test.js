// What stands in a folder under the name of a queue file, and is none or not to be trusted: it is named, stays where it
// is, and keeps nobody from starting or recovering.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { recover } from 'choose-l2'
import { recoverAll } from '../../build/recovery/recover.js'
import { loadLibc } from '../../build/native/libc.js'
import { leaveBehind, nextStart, queueFiles } from '../helpers/orphan.js'
import { spoil } from '../helpers/queue-bytes.js'
import { canMap } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const skip = !canMap && 'koffi is not installed'
const SMALL = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }
const LINES = 20
const NAME = '.app.log.000000000000001f.queue'

/** How it gets there, and what the reason says. `queue` is a real one, of the same log. */
const planted = {
  'a FIFO': [({ at }) => execFileSync('mkfifo', [at]), /FIFO/],
  'a folder': [({ at }) => mkdirSync(at), /folder/],
  'a socket': [({ at, t }) => listenAt(t, at), /socket/],
  'a link to a queue file': [({ at, queue }) => symlinkSync(hide(queue), at), /link/],
  'a link to nothing': [({ at }) => symlinkSync('/nowhere', at), /link/],
  'a second name of a queue file': [({ at, queue }) => linkSync(hide(queue), at), /2 names/],
  'a queue file that its group may write to': [({ at, queue }) => moveTo(queue, at, 0o620), /other users/],
  'a queue file that everybody may write to': [({ at, queue }) => moveTo(queue, at, 0o602), /other users/],
}

describe('in the place of a queue file,', { skip }, () => {
  for (const [name, [plant, reason]] of Object.entries(planted)) {
    test(`${name} is refused by the next start and by recover, and stays`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const at = join(dirname(path), NAME)
      const queue = await leaveBehind(t, { path, options: SMALL, lines: LINES })
      await plant({ at, queue, t })
      if (existsSync(queue)) renameSync(queue, hiddenName(queue))
      const before = lstatSync(at)

      const told = await nextStart(path)
      for (const found of [told.queues, recover(dirname(path)), recover(path)]) {
        assert.deepEqual(
          found.map(({ queue: named, outcome, lines }) => ({ named, outcome, lines })),
          [{ named: at, outcome: 'refused', lines: 0 }],
        )
        assert.match(found[0].reason, reason)
      }
      assert.equal(lstatSync(at).ino, before.ino)
      assert.equal(readFileSync(path, 'utf8'), '')
    })
  }

  test('refused files are named in one warning for each reason', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    for (let n = 0; n < 100; n++) {
      mkdirSync(join(dirname(path), `.app.log.${n.toString(16).padStart(16, '0')}.queue`))
    }
    const warnings = []
    const listener = ({ code, message }) => warnings.push({ code, message })
    process.on('warning', listener)
    await nextStart(path)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', listener)
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['CHOOSE_L2_REFUSED'],
    )
    assert.match(warnings[0].message, /0\.queue, .* and 29 more: .*a folder/)
  })
})

describe('a recovery', { skip }, () => {
  test('of a folder changes no log outside of it', async (t) => {
    const folder = tempFolder(t)
    const queueDir = join(folder, 'queues')
    mkdirSync(queueDir)
    const path = join(folder, 'app.log')
    const queue = await leaveBehind(t, { path, options: { ...SMALL, queueDir }, lines: LINES })
    const [{ outcome, reason }] = recover(queueDir)
    assert.equal(outcome, 'refused')
    assert.ok(reason.includes(`choose-l2 recover --queue-dir ${queueDir} ${path}`), reason)
    assert.equal(readFileSync(path, 'utf8'), '')
    assert.ok(existsSync(queue))
    assert.equal(recover(path, { queueDir })[0].outcome, 'recovered')
    expectAllLines(path, LINES)
  })

  test('of a folder follows no link out of it', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const elsewhere = join(tempFolder(t), 'precious')
    writeFileSync(elsewhere, 'precious')
    await leaveBehind(t, { path, options: SMALL, lines: LINES })
    renameSync(path, `${path}.1`)
    symlinkSync(elsewhere, path)
    assert.equal(recover(dirname(path))[0].outcome, 'refused')
    assert.equal(readFileSync(elsewhere, 'utf8'), 'precious')
  })

  test('follows no link in a folder that others may write to', async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    const victim = join(folder, 'precious')
    writeFileSync(victim, 'precious')
    await leaveBehind(t, { path, options: SMALL, lines: LINES })
    renameSync(path, `${path}.1`)
    symlinkSync(victim, path)
    chmodSync(folder, 0o777)
    for (const target of [folder, path]) assert.equal(recover(target)[0].outcome, 'refused')
    assert.equal(readFileSync(victim, 'utf8'), 'precious')
  })

  test('keeps what was put aside before under the same name', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const queue = await leaveBehind(t, { path, options: SMALL, lines: LINES })
    writeFileSync(`${queue}.corrupt`, 'evidence')
    spoil(queue, ({ words }) => (words[1] = 77))
    assert.equal(recover(path)[0].outcome, 'damaged')
    assert.equal(readFileSync(`${queue}.corrupt`, 'utf8'), 'evidence')
    assert.ok(existsSync(`${queue}.corrupt.2`))
  })

  test('beyond its time limit recovers one queue and leaves the others for the next', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await leaveSeveral(t, path, 3)
    const outcomes = (found) => found.map(({ outcome }) => outcome)
    const late = recoverAll(queueFiles(dirname(path), path), { deadline: -Infinity })
    assert.deepEqual(outcomes(late), ['recovered', 'postponed', 'postponed'])
    expectAllLines(path, LINES)
    assert.deepEqual(outcomes(recover(path)), ['recovered', 'recovered'])
    expectAllLines(path, 3 * LINES)
  })

  test('of many queues ends while a stranger holds the lock of the log', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await leaveSeveral(t, path, 3)
    await withOpenFile(path, (fd) => {
      assert.ok(loadLibc().tryLock(fd))
      for (const { outcome, reason } of recover(path)) {
        assert.equal(outcome, 'failed')
        assert.match(reason, /has the log open/)
      }
    })
    recover(path)
    expectAllLines(path, 3 * LINES)
  })
})

describe('a log that is reached through /dev or /proc', { skip }, () => {
  for (const name of [
    '/dev/stdout',
    '/dev/fd/1',
    '/proc/self/fd/1',
    'a link to it',
    '/proc/self/cwd/app.log',
  ]) {
    test(`has no queue file: ${name}`, async (t) => {
      const folder = tempFolder(t)
      const link = join(folder, 'link.log')
      symlinkSync('/dev/stdout', link)
      const path = name === 'a link to it' ? link : name
      const outcome = await withOpenFile(join(folder, 'out.txt'), (fd) => {
        const stdio = ['pipe', fd, 'pipe']
        return runProgram(t, 'say-why.js', [path], { stdio, cwd: folder })
      })
      assert.equal(outcome.code, 0, outcome.stderr)
      assert.match(outcome.stderr, /reached through \/proc or \/dev/)
      const written = path.endsWith('app.log') ? join(folder, 'app.log') : join(folder, 'out.txt')
      assert.equal(readFileSync(written, 'utf8'), 'a line\n')
      for (const place of [folder, '/dev']) assert.deepEqual(queueFiles(place, path), [])
    })
  }
})

async function listenAt(t, path) {
  const server = createServer().listen(path)
  await once(server, 'listening')
  t.after(() => server.close())
}

function hiddenName(queue) {
  return `${queue}.hidden`
}

function hide(queue) {
  renameSync(queue, hiddenName(queue))
  return hiddenName(queue)
}

function moveTo(queue, at, mode) {
  renameSync(queue, at)
  chmodSync(at, mode)
}

/** Each start would recover the one before: they are hidden from it. */
async function leaveSeveral(t, path, count) {
  const queues = []
  for (let n = 0; n < count; n++) {
    const queue = await leaveBehind(t, { path, options: SMALL, from: n * LINES, lines: LINES })
    const hidden = `${queue}.hidden.${n}`
    renameSync(queue, hidden)
    queues.push({ hidden, queue: join(dirname(path), `.app.log.${String(n).padStart(16, '0')}.queue`) })
  }
  for (const { hidden, queue } of queues) renameSync(hidden, queue)
}

async function withOpenFile(path, use) {
  const fd = openSync(path, 'a')
  try {
    return await use(fd)
  } finally {
    closeSync(fd)
  }
}
