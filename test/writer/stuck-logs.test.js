// Some logs are stuck in a write that does not return: the other logs of the process go on, in other threads, and when the
// write returns, nothing is lost, doubled or out of order.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { lineOf } from '../helpers/numbered-lines.js'
import { startProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const LINES_A_SOCKET = 20_000
const ROUNDS = 60

describe('logs that are stuck', () => {
  for (const { files, sockets, way } of [
    { files: 97, sockets: 3, way: 'async' },
    { files: 5, sockets: 2, way: 'sync' },
    { files: 1, sockets: 1, way: 'async' },
  ]) {
    it(`${sockets} beside ${files} others, which flush: ${way}`, async (t) => {
      const folder = tempFolder(t)
      const stdio = ['pipe', 'pipe', 'inherit', ...Array.from({ length: sockets }, () => 'pipe')]
      const { child, says, done } = startProgram(t, 'stuck-logs.js', [folder, files, sockets, way], { stdio })
      const { longest, threads, waits } = JSON.parse(await says('waits'))
      t.diagnostic(`longest delay: ${longest.toFixed(0)} ms`)
      assert.ok(waits.every(Boolean), 'they are stuck')
      assert.equal(threads, sockets + 1)

      const texts = child.stdio.slice(3).map(textOf)
      child.stdin.write('go on\n')
      assert.match((await done).stdout, /"stopped":true/)
      const expected = Array.from({ length: LINES_A_SOCKET }, (_, n) => `${lineOf(0, n)}\n`).join('')
      for (const text of texts) assert.ok((await text) === expected)
      const rounds = Array.from({ length: ROUNDS }, (_, n) => `round ${n}\n`).join('')
      for (let n = 0; n < files; n++)
        assert.equal(readFileSync(join(folder, `${n}.log`), 'utf8'), `first\n${rounds}`)
    })
  }

  it('at the end of the process, the lines of the others are written', async (t) => {
    const folder = tempFolder(t)
    const stdio = ['pipe', 'pipe', 'inherit', 'pipe', 'pipe']
    const { done } = startProgram(t, 'stuck-logs.js', [folder, 5, 2, 'exit'], { stdio })
    const { code, signal } = await done
    assert.deepEqual({ code, signal }, { code: 9, signal: null })
    for (let n = 0; n < 5; n++) assert.equal(readFileSync(join(folder, `${n}.log`), 'utf8'), 'first\nlast\n')
  })
})

async function textOf(stream) {
  let text = ''
  for await (const chunk of stream) text += chunk
  return text
}
