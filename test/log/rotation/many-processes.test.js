import assert from 'node:assert/strict'
import { readdirSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { loadLibc } from '../../../build/native/libc.js'
import { startProgram } from '../../helpers/program.js'
import { defects, openHolder, plainRules, reserve, sizeOf, writeLines } from '../../helpers/rotating.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { until } from '../../helpers/until.js'

const libc = loadLibc()

describe('many processes on one rotating log', { skip: libc.available ? false : libc.reason }, () => {
  it('keep every line once and the limit, while some of them are killed', { timeout: 120_000 }, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const [ids, count, limit] = [[1, 2, 3, 4], 4000, 50_000]
    let kills = 8
    const run = async (id) => {
      const job = JSON.stringify({ path, id, count, limit, compresses: true, pauseMs: 1 })
      const { child, done } = startProgram(t, 'rotate-lines.js', [job])
      if (kills > 0) {
        kills--
        const before = archivesOf(path)
        void until(() => archivesOf(path) > before + 1 || child.exitCode !== null).then(() =>
          child.kill('SIGKILL'),
        )
      }
      const { code, signal, stderr } = await done
      if (signal === 'SIGKILL') return run(id)
      assert.equal(code, 0, stderr)
    }
    await Promise.all(ids.map(run))
    assert.equal(kills, 0)
    assert.deepEqual(defects(path, ids, count, limit), [])
    assert.ok(archivesOf(path) > 20)
  })

  it('follow a rotation with their next write', (t) => {
    const path = join(tempFolder(t), 'app.log')
    const [one, other] = [0, 1].map(() => openHolder(path, plainRules(1000)))
    t.after(() => [one, other].forEach(({ close }) => close()))
    const before = reserve(one.holder, 600, null).live
    writeSync(before.fd, 'x'.repeat(600))
    const { live, rotations } = reserve(other.holder, 600, null)
    assert.equal(rotations.length, 1)
    const after = reserve(one.holder, 10, before).live
    assert.equal(after.inode, live.inode)
    assert.equal(reserve(other.holder, 390, live).rotations.length, 0)
    assert.equal(one.holder.reserve(1), false, 'the limit counts the reservations of both')
  })

  it('follow without the lock, which a stopped process may hold', (t) => {
    const path = join(tempFolder(t), 'app.log')
    const [one, other] = [0, 1].map(() => openHolder(path, plainRules(1000)))
    t.after(() => [one, other].forEach(({ close }) => close()))
    const before = reserve(one.holder, 600, null).live
    writeLines({ path, id: 1, count: 40, limit: 1000 })
    assert.equal(libc.tryLock(other.side.fd), true)
    const { live } = reserve(one.holder, 0, before)
    assert.notEqual(live.inode, before.inode)
    assert.equal(one.holder.rotateOrFollow(2000), null, 'to rotate, it would need the lock')
  })

  it('are told that another process is about to rotate, and go on once it is killed', (t) => {
    const path = join(tempFolder(t), 'app.log')
    const [one, other] = [0, 1].map(() => openHolder(path, plainRules(1000)))
    t.after(() => one.close())
    const { live } = reserve(one.holder, 600, null)
    libc.tryLock(other.side.fd)
    assert.equal(one.holder.rotateOrFollow(600), null)
    other.close() // as the kernel does for a killed process
    assert.notEqual(reserve(one.holder, 600, live), null)
    assert.equal(sizeOf(path), 0)
  })
})

function archivesOf(path) {
  const numbers = readdirSync(dirname(path)).map((name) => Number(/^app\.log\.(\d+)/.exec(name)?.[1] ?? 0))
  return Math.max(0, ...numbers)
}
