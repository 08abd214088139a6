// Lines logged through a host are in the file, however the process ends.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { recover } from 'choose-l2'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const LINES = 100

for (const host of ['console', 'pino', 'winston']) {
  describe(`100 lines through ${host}`, () => {
    for (const end of ['exit', 'throw', 'SIGTERM', 'SIGKILL']) {
      it(`are in the file after ${end}`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const { code, signal, stderr } = await runProgram(t, 'hosted.js', [host, path, end])
        if (end.startsWith('SIG')) assert.equal(signal, end, stderr)
        else assert.equal(code, end === 'exit' ? 0 : 1, stderr)
        if (end === 'SIGKILL') recover(path)
        const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
        assert.equal(lines.length, LINES)
        lines.forEach((line, n) => assert.match(line, new RegExp(`line ${n + 1}\\b`)))
      })
    }
  })
}
