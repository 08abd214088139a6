import assert from 'node:assert/strict'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { closeSideFile, mapSidePage, openSideFile } from '../../../build/log/rotation/side-file.js'
import { sideFileOf } from '../../../build/log/rotation/archive-names.js'
import { SidePage, SIDE_PAGE_BYTES } from '../../../build/log/rotation/side-page.js'
import { loadLibc } from '../../../build/native/libc.js'
import { openHolder, plainRules } from '../../helpers/rotating.js'
import { hookSteps } from '../../helpers/steps.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const libc = loadLibc()
const WITHOUT_KOFFI = { available: false, reason: 'the optional package koffi is not installed' }

const openSide = (log, ...rest) => openSideFile(log, fs.statSync(log).mode, ...rest)

describe('a side file', { skip: libc.available ? false : libc.reason }, () => {
  it('may be opened by those who may write to the log, and is shared by all who open it', (t) => {
    const log = makeLog(t, 0o664)
    const [one, other] = [openSide(log), openSide(log)]
    t.after(() => [one, other].forEach(closeSideFile))
    assert.equal(fs.statSync(sideFileOf(log)).mode & 0o777, 0o660)
    const [a, b] = [mapSidePage(one), mapSidePage(other)]
    a.page.describe({ device: 1n, inode: 2n, periodStart: -3, emptyBytes: 4 }, 5)
    assert.deepEqual(b.page.home, { generation: 1, device: 1n, inode: 2n, periodStart: -3, emptyBytes: 4 })
    assert.equal(b.page.reserve(95, 1, 100, 4), 'reserved')
    assert.equal(a.page.reserve(1, 1, 100, 4), 'full')
    assert.equal(a.page.reserve(1, 0, 100, 4), 'moved')
    a.release()
    b.release()
  })

  for (const [what, plant, reason] of [
    ['a link', (path) => fs.symlinkSync('/dev/null', path), /it is a link/],
    ['a folder', (path) => fs.mkdirSync(path), /not a regular file/],
    [
      'writable by more users than the log, in a folder of others',
      (path) => [open(path, 0o666), fs.chmodSync(dirname(path), 0o777)],
      /may not write to the log/,
    ],
    ['of two names', (path) => [open(path, 0o600), fs.linkSync(path, `${path}.2`)], /2 names/],
    [
      'of another version',
      (path) => fs.writeFileSync(path, Buffer.alloc(SIDE_PAGE_BYTES, 1)),
      /another version/,
    ],
  ]) {
    it(`is not trusted if it is ${String(what)}`, (t) => {
      const log = makeLog(t, 0o644)
      plant(sideFileOf(log))
      assert.throws(() => openHolder(log, plainRules(1)), { code: 'ERR_OPEN_FAILED', message: reason })
    })
  }

  it('follows the mode of the log', (t) => {
    const log = makeLog(t, 0o664)
    for (const mode of [0o664, 0o600, 0o666]) {
      fs.chmodSync(log, mode)
      closeSideFile(openSide(log))
      const sideMode = { 0o664: 0o660, 0o600: 0o600, 0o666: 0o666 }[mode]
      assert.equal(fs.statSync(sideFileOf(log)).mode & 0o777, sideMode)
    }
  })

  it('is not trusted if it belongs to another user', { skip: process.geteuid() !== 0 }, (t) => {
    const log = makeLog(t, 0o644)
    open(sideFileOf(log), 0o600)
    fs.chownSync(sideFileOf(log), 1234, 1234)
    assert.throws(() => openSide(log), { code: 'ERR_OPEN_FAILED', message: /belongs to user 1234/ })
  })

  it('lets nobody in beside a holder without koffi, until that is gone', (t) => {
    const log = makeLog(t, 0o644)
    const sole = openSide(log, WITHOUT_KOFFI)
    const refusal = { code: 'ERR_FILE_IN_USE', message: new RegExp(`process ${process.pid} has it open`) }
    assert.throws(() => openSide(log), refusal)
    assert.throws(() => openSide(log, WITHOUT_KOFFI), refusal)
    closeSideFile(sole)
    closeSideFile(openSide(log))
    const dead = openSide(log, WITHOUT_KOFFI)
    fs.writeSync(dead.fd, `${process.pid} 1\0`, 2048) // a killed process, whose number another one has now
    closeSideFile(openSide(log))
  })

  it('refuses a holder without koffi beside others', (t) => {
    const log = makeLog(t, 0o644)
    const { holder, close } = openHolder(log, plainRules(100))
    holder.rotateOrFollow(0)
    assert.throws(() => openSide(log, WITHOUT_KOFFI), { code: 'ERR_FILE_IN_USE', message: /koffi/ })
    close()
    closeSideFile(openSide(log, WITHOUT_KOFFI))
  })
})

describe('a side page', () => {
  const FILE = { device: 1n, inode: 10n, periodStart: 0, emptyBytes: 0 }
  const NEXT = { ...FILE, inode: 11n }

  it('is true of no file if its description was cut short, at any store', () => {
    for (let at = 1; ; at++) {
      const memory = new SharedArrayBuffer(SIDE_PAGE_BYTES)
      const page = new SidePage(memory)
      page.describe(FILE, 100)
      let step = 0
      const unhook = hookSteps(memory, () => {
        step++
        if (step === at) throw new Error('killed')
      })
      try {
        page.describe(NEXT, 7)
      } catch {
        // killed
      }
      unhook()
      const isComplete = step < at
      assert.equal(page.generationOf(NEXT), isComplete ? 2 : null, `before store ${at}`)
      if (isComplete) return
      // A holder of the old file still counts there: a second word for the bytes would be of the wrong file.
      assert.equal(page.reserve(1, 1, 1000, 0), 'reserved')
      assert.equal(page.bytes, 101)
      page.describe(NEXT, 7)
      assert.equal(page.generationOf(NEXT), 2)
      assert.equal(page.bytes, 7)
    }
  })

  it('never takes a reservation for the next file, wherever a rotation comes in between', () => {
    for (let at = 1; ; at++) {
      const memory = new SharedArrayBuffer(SIDE_PAGE_BYTES)
      const page = new SidePage(memory)
      page.describe(FILE, 50)
      let step = 0
      const unhook = hookSteps(memory, () => {
        step++
        if (step === at) page.describe(NEXT, 0)
      })
      const answer = page.reserve(10, 1, 100, 0)
      unhook()
      if (step < at) return
      assert.equal(answer, 'moved')
      assert.equal(page.bytes, 0)
    }
  })
})

function makeLog(t, mode) {
  const log = join(tempFolder(t), 'app.log')
  open(log, mode)
  return log
}

function open(path, mode) {
  fs.writeFileSync(path, '')
  fs.chmodSync(path, mode)
}
