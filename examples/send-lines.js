// Text that comes as blocks, like a pipe or another program's output: sendLines() takes a block of whole lines at
// once, without decoding it. The part of a line at the end of a block is kept for the next one.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const NEWLINE = 0x0a
const path = logPath()
const writer = createWriter(path)

const program = spawn(process.execPath, ['-e', "for (let n = 1; n <= 50000; n++) console.log('output', n)"], {
  stdio: ['ignore', 'pipe', 'inherit'],
})

let rest = Buffer.alloc(0)
let blocks = 0
for await (const chunk of program.stdout) {
  blocks++
  const text = Buffer.concat([rest, chunk])
  const end = text.lastIndexOf(NEWLINE) + 1
  writer.sendLines(text.subarray(0, end))
  rest = text.subarray(end)
}
if (rest.length > 0) writer.send(rest)
await writer.stop()

const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
console.log(`${lines.length} lines came in ${blocks < lines.length ? 'far fewer' : 'as many'} blocks`)
console.log(`first '${lines[0]}', last '${lines.at(-1)}'`)
