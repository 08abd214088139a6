import assert from 'node:assert/strict'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { loadLibc } from '../../../build/native/libc.js'
import { LogHolder } from '../../../build/log/rotation/rotate-log.js'
import { openHolder, plainRules, reserve } from '../../helpers/rotating.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const libc = loadLibc()
const WITHOUT_KOFFI = { available: false, reason: 'the optional package koffi is not installed' }

for (const [kind, parts] of Object.entries({ 'with koffi': {}, 'without koffi': { libc: WITHOUT_KOFFI } })) {
  describe(
    `a rotating log ${kind}`,
    { skip: kind === 'with koffi' && !libc.available ? libc.reason : false },
    () => {
      it('counts what is there already, and rotates before a line that would exceed the limit', (t) => {
        const { path, write } = start(t, plainRules(1000), parts, 'x'.repeat(900))
        assert.equal(write('y'.repeat(100)), null)
        const { from, to, bytes, reason } = write('z')
        assert.deepEqual(
          { from, to, bytes, reason },
          { from: path, to: `${path}.1`, bytes: 1000, reason: 'size' },
        )
        assert.equal(fs.readFileSync(path, 'utf8'), 'z')
      })

      it('gives a longer line a file of its own', (t) => {
        const { path, write } = start(t, plainRules(1000), parts)
        assert.equal(write('x'.repeat(2000)), null)
        assert.equal(write('y').bytes, 2000)
        assert.equal(write('z'.repeat(1500)).bytes, 1)
        assert.equal(fs.statSync(path).size, 1500)
      })

      it('gives the new file the mode of the old one and the header', (t) => {
        const header = Buffer.from('# header\n')
        const { path, write } = start(t, plainRules(100, { header: () => header }), parts)
        fs.chmodSync(path, 0o606)
        write('x'.repeat(90))
        write('y'.repeat(90))
        assert.equal(fs.statSync(path).mode & 0o777, 0o606)
        assert.equal(fs.readFileSync(path, 'utf8'), `# header\n${'y'.repeat(90)}`)
        assert.equal(fs.readFileSync(`${path}.1`, 'utf8'), `# header\n${'x'.repeat(90)}`)
      })

      it('rotates at a boundary, but never a file without lines', (t) => {
        let boundary = Infinity
        const rules = plainRules(Infinity, {
          nextBoundary: (start) => (start > boundary ? Infinity : boundary),
        })
        const { path, write, holder } = start(t, rules, parts)
        write('x')
        boundary = 1
        holder.rotateOrFollow(0)
        assert.equal(fs.existsSync(`${path}.1`), false, 'the file began after the boundary')
        boundary = Date.now() - 1
        holder.rotateOrFollow(0)
        assert.equal(holder.rotateOrFollow(0).rotation, null)
      })

      it('rotates on request, but never a file without lines', (t) => {
        const { path, write, holder } = start(t, plainRules(Infinity), parts)
        assert.equal(holder.rotateOrFollow(0, true).rotation, null)
        write('x')
        assert.equal(holder.rotateOrFollow(0, true).rotation.reason, 'request')
        assert.equal(holder.rotateOrFollow(0, true).rotation, null)
        assert.deepEqual(fs.readdirSync(dirname(path)).sort(), ['.app.log.lock', 'app.log', 'app.log.1'])
      })

      it('never replaces a file', (t) => {
        let tries = 0
        const nextName = () => (++tries <= 2 ? 'app.log.1' : 'app.log.2')
        const { path, write } = start(t, plainRules(10, { nextName, isArchive: () => false }), parts)
        if (parts.libc !== undefined) return // there, the name is taken before the rename
        fs.writeFileSync(`${path}.1`, 'another program')
        write('0123456789')
        assert.equal(write('x').to, `${path}.2`)
        assert.equal(fs.readFileSync(`${path}.1`, 'utf8'), 'another program')
      })

      it('goes on with the old file while it cannot rotate, and says why', (t) => {
        let isBroken = true
        const rules = plainRules(10)
        const broken = {
          ...rules,
          nextName: (names) => (isBroken ? 'missing/app.log.1' : rules.nextName(names)),
        }
        const { path, holder, live, append } = start(t, broken, parts)
        append('0123456789')
        assert.equal(holder.reserve(5), false)
        const turn = holder.rotateOrFollow(5)
        assert.equal(turn.error.code, 'ENOENT')
        assert.equal(turn.fd, live().fd)
        assert.equal(holder.reserve(5), true, 'the limit must wait')
        isBroken = false
        assert.equal(holder.rotateOrFollow(5).rotation.to, `${path}.1`)
      })

      it('takes the old name back if no new file can be made', (t) => {
        let isFull = false
        const port = {
          ...fs,
          openSync: (path, flags, mode) => {
            if (isFull && mode !== undefined && path.endsWith('app.log'))
              throw Object.assign(new Error('full'), { code: 'ENOSPC' })
            return fs.openSync(path, flags, mode)
          },
        }
        const { path, holder, append } = start(t, plainRules(10), { ...parts, fs: port })
        append('0123456789')
        const { ino } = fs.statSync(path)
        isFull = true
        assert.equal(holder.rotateOrFollow(5).error.code, 'ENOSPC')
        assert.equal(fs.statSync(path).ino, ino)
        assert.deepEqual(fs.readdirSync(dirname(path)).sort(), ['.app.log.lock', 'app.log'])
      })

      it('notices that the log was renamed, deleted or appended to by another program', (t) => {
        const { path, holder, write } = start(t, plainRules(1000), parts)
        write('x')
        holder.look()
        assert.equal(holder.reserve(0), true)
        fs.appendFileSync(path, 'y'.repeat(999))
        holder.look()
        assert.equal(holder.reserve(1), false)
        fs.renameSync(path, `${path}.old`)
        holder.look()
        write('z')
        assert.equal(fs.readFileSync(path, 'utf8'), 'z')
        fs.unlinkSync(path)
        holder.look()
        write('z')
        assert.equal(fs.readFileSync(path, 'utf8'), 'z')
      })

      it('lets another thread go on with the descriptor', (t) => {
        const { holder, parts: all, write } = start(t, plainRules(1000), parts)
        write('x')
        const successor = new LogHolder(all)
        assert.equal(successor.reserve(10), true)
        assert.equal(holder.reserve(989), true)
        assert.equal(successor.reserve(1), false)
      })
    },
  )
}

describe('a reservation of a killed process', { skip: libc.available ? false : libc.reason }, () => {
  it('does not make an empty archive', (t) => {
    const { path, holder, write } = start(t, plainRules(1000), {})
    assert.equal(holder.reserve(900), true)
    assert.equal(write('x'.repeat(200)), null)
    assert.deepEqual(fs.readdirSync(dirname(path)).sort(), ['.app.log.lock', 'app.log'])
  })
})

function start(t, rules, parts, text = '') {
  const path = join(tempFolder(t), 'app.log')
  fs.writeFileSync(path, text, { mode: 0o644 })
  const opened = openHolder(path, rules, parts)
  t.after(opened.close)
  let live = opened.holder.rotateOrFollow(0)
  const append = (line) => {
    const reserved = reserve(opened.holder, line.length, live)
    live = reserved.live
    fs.writeSync(live.fd, line)
    return reserved.rotations[0] ?? null
  }
  return { ...opened, path, write: append, append, live: () => live }
}
