// The line writer gives every line to the kernel as soon as the thread sees it: `tail -f` follows what the program
// does. Here a tail runs on the log, and the program waits for it to have seen each line.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { createWriter, WriterType } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()
const writer = createWriter(path, { writerType: WriterType.LINE })

const tail = spawn('tail', ['-n', '+1', '-f', path], { stdio: ['ignore', 'pipe', 'inherit'] })
const seen = createInterface({ input: tail.stdout })

for (let n = 1; n <= 5; n++) {
  const start = performance.now()
  writer.send(`request ${n} answered`)
  const [line] = await once(seen, 'line')
  console.log(`tail printed '${line}' after ${(performance.now() - start).toFixed(1)} ms`)
}

tail.kill()
await writer.stop()
