// Fills its queue, which is not written, and is killed while lines are refused: node <this> <path> <options as JSON>
// <writer | attached: who sends>

import { attachWriter, createWriter } from 'choose-l2'
import { marker } from '../helpers/markers.js'

const [path, options, sender] = process.argv.slice(2)
const writer = createWriter(path, {
  mode: 'manual',
  queueSize: 10,
  crashSafe: true,
  dropMarker: marker,
  ...JSON.parse(options),
})
const target = sender === 'attached' ? attachWriter(writer.handle) : writer
// A gap of 15 lines that is closed by the next line, then one of 7 that nothing closes.
for (let n = 0; n < 25; n++) target.send(`line ${n}`)
if (!(await writer.flush(Infinity))) throw new Error('the log takes no lines')
for (let n = 25; n < 42; n++) target.send(`line ${n}`)
process.kill(process.pid, 'SIGKILL')
