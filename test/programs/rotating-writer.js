// Writes numbered lines of 100 bytes to a rotating log, says so, and stops at the end of its input.

import { once } from 'node:events'
import { createWriter } from 'choose-l2'
import { hundredByteLines } from '../helpers/rotated.js'

const { path, lines = 0, options } = JSON.parse(process.argv[2])

const writer = createWriter(path, options)
for (const line of hundredByteLines(lines)) writer.send(line)
if (!(await writer.flush(Infinity))) process.exitCode = 1
process.stdout.write('written\n')
process.stdin.resume()
await once(process.stdin, 'end')
if (!(await writer.stop(Infinity))) process.exitCode = 1
