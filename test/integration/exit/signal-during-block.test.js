// A signal that arrives while send() waits for room, or just before, is not lost.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createReadStream, closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { spawn } from 'node:child_process'
import { tempFolder } from '../../helpers/integration/temp-folder.js'
import { programEnv } from '../../helpers/integration/program.js'

const PROGRAM = `
import { writeSync } from 'node:fs'
import { createWriter } from 'choose-l2'
const writer = createWriter(process.argv[1], { queueSize: 100 })
setInterval(() => writeSync(1, '.'), 20)          // an application with something to do
writeSync(1, 'sending')
const end = performance.now() + 300               // the event loop does not turn; the signal comes here
while (performance.now() < end);
for (let n = 0; n < 5000; n++) writer.send('x'.repeat(100)) // waits until the reader wakes up
writeSync(1, 'sent')
`

test('a signal that comes before a long wait for room ends the process after it', async (t) => {
  const path = join(tempFolder(t), 'fifo')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, path], {
    cwd: process.cwd(),
    env: programEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (data) => {
    said += data
  })
  const until = async (look) => {
    while (!look()) await new Promise((r) => setTimeout(r, 5))
  }
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
  await until(() => said.includes('sending'))
  child.kill('SIGTERM')
  await new Promise((r) => setTimeout(r, 1000)) // the wait for room is long by now
  const stream = createReadStream(path)
  stream.once('open', () => closeSync(reader))
  void text(stream)
  const how = await Promise.race([ended, until(() => said.split('.').length > 50).then(() => 'it runs on')])
  assert.equal(how, 'SIGTERM')
})
