// The output of another program, line by line, with back-pressure.

import { spawn } from 'node:child_process'
import { pipeline } from 'node:stream/promises'
import { createWriteStream } from 'choose-l2/stream'
import { logPath } from '../log-path.js'

const program = spawn(process.execPath, ['-e', "for (let n = 1; n <= 5000; n++) console.log('output', n)"])
const stream = createWriteStream(logPath())
await pipeline(program.stdout, stream)
console.log(`${stream.writer.linesWritten} lines written`)
