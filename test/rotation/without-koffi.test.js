// Without koffi there are no locks and no shared page: one process rotates a log, and a second one is told so.

import assert from 'node:assert/strict'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { runProgram, startProgram } from '../helpers/program.js'
import { hundredByteLines, largestOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const NO_KOFFI = { execArgv: ['--no-addons'] }
const LIMIT = 20_480

for (const thread of [true, false]) {
  it(`keeps every line, the order and the limit (thread: ${thread}), and refuses a second process`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const options = { thread, rotate: { size: LIMIT, keep: 1e9, compress: 'gzip' } }
    const job = JSON.stringify({ path, lines: 3000, options })
    const first = startProgram(t, 'rotating-writer.js', [job], NO_KOFFI)
    await first.says('written')
    for (const settings of [NO_KOFFI, {}]) {
      const { code, stderr } = await runProgram(t, 'rotating-writer.js', [job], settings)
      assert.notEqual(code, 0)
      assert.match(stderr, /ERR_FILE_IN_USE/)
      assert.match(stderr, new RegExp(`process ${first.child.pid} has it open`))
    }
    first.child.stdin.end()
    assert.deepEqual(await first.done, { code: 0, signal: null, stdout: 'written\n', stderr: '' })
    assert.equal(
      textsOf(path).join(''),
      hundredByteLines(3000)
        .map((line) => `${line}\n`)
        .join(''),
    )
    assert.ok(largestOf(textsOf(path)) <= LIMIT)
    const next = startProgram(t, 'rotating-writer.js', [job], NO_KOFFI) // its predecessor has left
    await next.says('written')
    next.child.stdin.end()
    assert.equal((await next.done).code, 0)
  })
}

it('a process that was killed holds up nobody', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const job = JSON.stringify({ path, lines: 10, options: { rotate: '1MB' } })
  const first = startProgram(t, 'rotating-writer.js', [job], NO_KOFFI)
  await first.says('written')
  first.child.kill('SIGKILL')
  await first.done
  const next = startProgram(t, 'rotating-writer.js', [job], NO_KOFFI)
  await next.says('written')
  next.child.stdin.end()
  assert.equal((await next.done).code, 0)
  assert.equal(textsOf(path).join('').split('\n').length, 21)
})

it('a log that another program has renamed is followed', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const job = JSON.stringify({ path, lines: 10, options: { reopen: 'SIGUSR2' } })
  const first = startProgram(t, 'rotating-writer.js', [job], NO_KOFFI)
  await first.says('written')
  renameSync(path, `${path}.old`)
  first.child.kill('SIGUSR2')
  await until(() => existsSync(path))
  first.child.stdin.end()
  assert.equal((await first.done).code, 0)
})
