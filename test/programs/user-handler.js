// An application with a handler of its own for SIGTERM: node user-handler.js <path> <kind> <when>. The handler says
// how often it ran; a writer has sent 2,000 lines by then.

import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, kind, when] = process.argv.slice(2)
let calls = 0
const handler = () => {
  process.stdout.write(`handled ${++calls}\n`)
  if (kind === 'onThenExit') process.exit(7)
}
const methods = {
  on: 'on',
  once: 'once',
  prepend: 'prependListener',
  prependOnce: 'prependOnceListener',
  onThenExit: 'on',
  removed: 'on',
}

if (when === 'before') process[methods[kind]]('SIGTERM', handler)
const writer = createWriter(path)
if (when === 'after') process[methods[kind]]('SIGTERM', handler)
for (let n = 0; n < 2000; n++) writer.send(lineOf(0, n))
if (kind === 'removed') process.removeListener('SIGTERM', handler)
setImmediate(() => process.stdout.write('ready\n'))
setInterval(() => {}, 1000)
