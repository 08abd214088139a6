import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { loadLibc } from '../../../build/native/libc.js'
import { runProgram } from '../../helpers/program.js'
import {
  defects,
  expectDeletions,
  openHolder,
  plainRules,
  reserve,
  tidy,
  writeLines,
} from '../../helpers/rotating.js'
import { hookSteps } from '../../helpers/steps.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const libc = loadLibc()
const LIMIT = 4000
const KEEP = 2
/** Four files: the first is deleted, the second compressed, the third plain. */
const LINES = 160

describe('rotation, killed at any step', { skip: libc.available ? false : libc.reason }, () => {
  it('at each system call of rotation, retention and compression', { timeout: 300_000 }, async (t) => {
    const run = async (killAt) => {
      const path = join(tempFolder(t), 'app.log')
      const job = { path, id: 1, count: LINES, limit: LIMIT, keep: KEEP, compresses: true }
      expectDeletions(path)
      const outcome = await runProgram(t, 'rotate-lines.js', [JSON.stringify({ ...job, killAt })])
      assert.equal(outcome.signal, killAt === 0 ? null : 'SIGKILL', outcome.stderr)
      writeLines({ ...job, count: LINES + 20 })
      assert.deepEqual(defects(path, [1], LINES + 20, LIMIT), [], `killed before call ${killAt}`)
      const archives = readdirSync(path.slice(0, -'/app.log'.length)).filter((name) =>
        name.startsWith('app.log.'),
      )
      assert.equal(archives.length, KEEP, `killed before call ${killAt}: ${archives.join(' ')}`)
      return outcome.stdout
    }
    const { steps, names } = JSON.parse(await run(0))
    for (const name of ['renameNoReplace', 'unlinkSync', 'futimesSync']) assert.ok(names.includes(name), name)
    for (let step = 1; step <= steps; step += 2)
      await Promise.all([run(step), run(Math.min(step + 1, steps))])
  })

  it('at each change of the side page', (t) => {
    let changes = 1
    for (let at = 1; at <= changes; at++) {
      const path = join(tempFolder(t), 'app.log')
      const job = { path, id: 1, count: 40, limit: LIMIT }
      writeLines(job)
      const dying = openHolder(path, plainRules(LIMIT))
      const { live } = reserve(dying.holder, 0, null)
      const buffer = dying.page.memory
      let step = 0
      const unhook = hookSteps(buffer, () => {
        step++
        if (step >= at) throw new Error('killed') // and everything after it
      })
      try {
        dying.holder.rotateOrFollow(LIMIT)
      } catch {
        // it is dead
      }
      unhook()
      if (at === 1) changes = 60
      if (step < at) changes = at // the whole rotation was through
      assert.ok(live.fd > 0)
      dying.close()
      writeLines({ ...job, count: 200 })
      tidy(path.slice(0, -'/app.log'.length), Infinity)
      assert.deepEqual(defects(path, [1], 200, LIMIT), [], `killed at change ${at}`)
    }
  })
})
