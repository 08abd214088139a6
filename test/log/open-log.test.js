// Opening the log: what is created and kept, and that each thing that can be wrong is told with its cause.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Log } from '../../build/log/log.js'
import { emptyLog, openLog } from '../../build/log/open-log.js'
import { tempFolder } from '../helpers/temp-folder.js'

const { O_APPEND, O_NONBLOCK } = fs.constants
const NOBODY = 65534

let directory
let logs
beforeEach(() => {
  directory = tempFolder()
  logs = []
})
afterEach(() => {
  for (const log of logs) log.close()
  fs.chmodSync(directory, 0o755)
  fs.rmSync(directory, { recursive: true })
})

function open(target, options = {}) {
  const defaults = { fileMode: 0o666, mkdir: true, isMapped: false }
  const log = openLog(target, { ...defaults, ...options })
  logs.push(log)
  return log
}

function expectError(target, options, cause, advice) {
  assert.throws(
    () => open(target, options),
    (error) => {
      assert.equal(error.name, 'ChooseL2Error')
      assert.equal(error.code, 'ERR_OPEN_FAILED')
      assert.equal(error.cause.code, cause)
      assert.match(error.message, advice)
      return true
    },
  )
}

const flagsOf = (fd) =>
  Number.parseInt(/flags:\s+(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))[1], 8)

describe('a path', () => {
  it('is opened for appending, created with its folders, and told as absolute', () => {
    const path = join(directory, 'a', 'b', 'app.log')
    const log = open(relative(process.cwd(), path))
    assert.equal(log.path, path)
    assert.equal(log.isOwned, true)
    assert.ok((flagsOf(log.fd) & O_APPEND) !== 0)
    assert.equal(fs.statSync(path).size, 0)
  })

  it('may be a file: URL, with any characters', () => {
    const path = join(directory, 'ä #%20.log')
    assert.equal(open(pathToFileURL(path)).path, path)
    assert.ok(fs.existsSync(path))
  })

  it('keeps what the file holds', () => {
    const path = join(directory, 'app.log')
    fs.writeFileSync(path, 'before\n')
    const { fd } = open(path)
    fs.writeSync(fd, 'after\n')
    assert.equal(fs.readFileSync(path, 'utf8'), 'before\nafter\n')
  })

  it('is emptied on request', () => {
    const path = join(directory, 'app.log')
    fs.writeFileSync(path, 'before\n')
    emptyLog(open(path))
    assert.equal(fs.readFileSync(path, 'utf8'), '')
  })

  it('gets the permissions asked for when it is created, and keeps those it has', () => {
    const path = join(directory, 'app.log')
    open(path, { fileMode: 0o600 })
    assert.equal(fs.statSync(path).mode & 0o777, 0o600)
    open(path, { fileMode: 0o644 })
    assert.equal(fs.statSync(path).mode & 0o777, 0o600)
  })

  it('that is a folder is refused with advice', () => {
    expectError(directory, {}, 'EISDIR', /Could not open .*Pass the path of a file, for example .*\/app\.log/)
  })

  it('with a file in the place of a folder is refused', () => {
    fs.writeFileSync(join(directory, 'file'), '')
    const advice = /A part of the path is a file/
    expectError(join(directory, 'file', 'app.log'), {}, 'ENOTDIR', advice)
    expectError(join(directory, 'file', 'app.log'), { mkdir: false }, 'ENOTDIR', advice)
    expectError(join(directory, 'file', 'sub', 'app.log'), {}, 'ENOTDIR', advice)
  })

  it('in a missing folder is refused where folders are not to be made', () => {
    expectError(join(directory, 'no', 'app.log'), { mkdir: false }, 'ENOENT', /The folder does not exist/)
    assert.deepEqual(fs.readdirSync(directory), [])
  })

  it('without permission is refused, and tells whether it is the file or the folder', () => {
    const path = join(directory, 'app.log')
    fs.writeFileSync(path, '')
    fs.chmodSync(path, 0o444)
    const closed = join(directory, 'closed')
    fs.mkdirSync(closed, { mode: 0 })
    fs.chmodSync(directory, 0o555)
    const isRoot = process.geteuid() === 0
    if (isRoot) process.seteuid(NOBODY) // the kernel refuses root nothing
    try {
      expectError(path, {}, 'EACCES', /may not write this file/)
      expectError(path, { isMapped: true }, 'EACCES', /may not read and write this file/)
      const inFolder = new RegExp(`may not create files in this folder: ${directory}$`)
      expectError(join(directory, 'new.log'), {}, 'EACCES', inFolder)
      expectError(join(directory, 'sub', 'sub', 'new.log'), {}, 'EACCES', inFolder)
      expectError(join(closed, 'app.log'), {}, 'EACCES', new RegExp(`may not enter the folder ${closed}$`))
    } finally {
      if (isRoot) process.seteuid(0)
    }
  })

  it('of a FIFO that nobody reads is refused at once, and one that is read is opened', () => {
    const fifo = join(directory, 'fifo')
    assert.equal(spawnSync('mkfifo', [fifo]).status, 0)
    expectError(fifo, {}, 'ENXIO', /a FIFO that nobody reads/)
    const reader = fs.openSync(fifo, fs.constants.O_RDONLY | O_NONBLOCK)
    const { fd } = open(fifo)
    assert.ok((flagsOf(fd) & O_NONBLOCK) !== 0)
    fs.closeSync(reader)
  })
})

describe('the advice fits what is there', () => {
  it('a socket is not called a FIFO', async () => {
    const path = join(directory, 'socket')
    const server = net.createServer().listen(path)
    await once(server, 'listening')
    expectError(path, {}, 'ENXIO', /It is a socket, which cannot be opened like a file/)
    server.close()
    await once(server, 'close')
  })

  it('a terminal that the process does not have is not called a FIFO', () => {
    const program = `import { createWriter } from 'choose-l2'; try { createWriter('/dev/tty') } catch (e) { console.log(e.message) }`
    const options = { encoding: 'utf8', cwd: import.meta.dirname, detached: true }
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options)
    assert.match(stdout, /ENXIO.*\. The process has no terminal\n$/)
  })

  // The kernel tells others than root only that they may not.
  const skip = process.geteuid() !== 0 && 'root only'
  it('a file system that takes no files is not a missing folder, whatever mkdir is', { skip }, () => {
    for (const mkdir of [true, false]) {
      const advice = /\. The file system of \/proc allows no files to be created in it$/
      expectError('/proc/x.log', { mkdir }, 'ENOENT', advice)
    }
    const advice = /\. The folder \/proc\/x does not exist, and \/proc allows none to be created in it$/
    expectError('/proc/x/app.log', {}, 'ENOENT', advice)
    expectError('/proc/x/app.log', { mkdir: false }, 'ENOENT', /leave the option mkdir at true$/)
  })

  it('a link that leads nowhere is named', () => {
    const path = join(directory, 'app.log')
    fs.symlinkSync('gone/real.log', path)
    const target = join(directory, 'gone/real.log')
    expectError(path, {}, 'ENOENT', new RegExp(`a symbolic link to ${target}, whose folder does not exist$`))
    fs.symlinkSync('loop', join(directory, 'loop'))
    expectError(join(directory, 'loop'), {}, 'ELOOP', /round in a circle$/)
  })

  it('a name that is too long', () => {
    expectError(join(directory, 'x'.repeat(300)), {}, 'ENAMETOOLONG', /A name may have 255 bytes/)
  })

  it('a working directory that was deleted', () => {
    const program = `
      import { createWriter, recover } from 'choose-l2'
      import { rmdirSync } from 'node:fs'
      process.chdir(process.argv[1])
      rmdirSync(process.argv[1])
      const calls = [() => createWriter('app.log'), () => recover('app.log'), () => createWriter('/dev/null', { queueDir: 'q' })]
      for (const call of calls) try { call() } catch ({ name, code, cause }) { console.log(name, code, cause.code) }`
    const folder = join(directory, 'gone')
    fs.mkdirSync(folder)
    const options = { encoding: 'utf8', cwd: import.meta.dirname }
    const args = ['--input-type=module', '-e', program, folder]
    const { stdout, stderr } = spawnSync(process.execPath, args, options)
    assert.deepEqual(
      { stdout, stderr },
      { stdout: 'ChooseL2Error ERR_OPEN_FAILED ENOENT\n'.repeat(3), stderr: '' },
    )
  })
})

describe('a descriptor', () => {
  it('of a file is used as it is and stays open', () => {
    const fd = fs.openSync(join(directory, 'app.log'), 'a')
    fs.writeSync(fd, 'before\n')
    const log = open(fd)
    assert.equal(log.fd, fd)
    const { descriptor, ...facts } = log.handle
    assert.deepEqual(facts, {
      path: `fd:${fd}`,
      isOwned: false,
      isMapped: false,
      hasLastReader: false,
      live: null,
    })
    assert.equal(new Log(log.handle).fd, new Int32Array(descriptor)[0], 'the same on every thread')
    log.close()
    assert.equal(fs.fstatSync(fd).size, 7)
    fs.closeSync(fd)
  })

  it('of a pipe is opened again, so that it cannot block forever and descriptors of other processes stay as they are', () => {
    const fifo = join(directory, 'fifo')
    assert.equal(spawnSync('mkfifo', [fifo]).status, 0)
    const both = fs.openSync(fifo, fs.constants.O_RDWR)
    const log = open(both)
    assert.notEqual(log.fd, both)
    assert.equal(log.path, `fd:${both}`)
    assert.equal(log.isOwned, true)
    assert.ok((flagsOf(log.fd) & O_NONBLOCK) !== 0)
    assert.equal(flagsOf(both) & O_NONBLOCK, 0)
    fs.closeSync(both)
  })

  it('that is open for reading only is refused', () => {
    const path = join(directory, 'app.log')
    fs.writeFileSync(path, '')
    const fifo = join(directory, 'fifo')
    assert.equal(spawnSync('mkfifo', [fifo]).status, 0)
    const both = fs.openSync(fifo, fs.constants.O_RDWR) // so that opening one end does not wait for the other
    const descriptors = [path, fifo, directory, '/dev/null'].map((name) => fs.openSync(name, 'r'))
    for (const fd of descriptors) expectError(fd, {}, 'EBADF', /Pass one that is open for writing/)
    for (const fd of [both, ...descriptors]) fs.closeSync(fd)
  })

  it('that is not open is refused', () => {
    const fd = fs.openSync(join(directory, 'app.log'), 'a')
    fs.closeSync(fd)
    expectError(fd, {}, 'EBADF', /Could not use file descriptor \d+.*not open in this process/)
  })
})
