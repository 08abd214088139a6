// The application's SIGTERM handler comes while one writer is open and goes before the next is:
// node handler-comes-and-goes.js <path>

import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const path = process.argv[2]
const handler = () => {}
const first = createWriter(`${path}.first`)
process.on('SIGTERM', handler)
await first.stop()
process.off('SIGTERM', handler)

const writer = createWriter(path)
for (let n = 0; n < 2000; n++) writer.send(lineOf(0, n))
process.stdout.write('ready')
setInterval(() => {}, 1000)
