// A writer for others to look at: sends lines, says so, and stays. node watched.js PATH MODE LINES

import { createWriter } from 'choose-l2'

const [path, mode, lines] = process.argv.slice(2)
const writer = createWriter(path, { mode, policy: 'drop_newest', queueSize: 100, batchSize: 1 })
for (let n = 1; n <= Number(lines); n++) writer.send(`line ${n}`)
if (mode !== 'manual') await writer.flush()
console.log('sent')
setInterval(() => {}, 1000)
