// A signal handler that the application adds after the writer was made is called.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { it } from 'node:test'

const PROGRAM = `
import { createWriter } from 'choose-l2'
createWriter('/dev/null')
process.METHOD('SIGTERM', () => process.exit(7))
setInterval(() => {}, 1000)
setImmediate(() => process.kill(process.pid, 'SIGTERM'))
`

for (const method of ['on', 'once', 'prependListener', 'prependOnceListener']) {
  it(`a SIGTERM handler added by process.${method} after createWriter is called`, async () => {
    const source = PROGRAM.replace('METHOD', method)
    const program = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'inherit' })
    assert.deepEqual(await once(program, 'close'), [7, null])
  })
}
