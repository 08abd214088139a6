// A file descriptor instead of a path: 1 is standard output, be it a terminal, a file or a pipe. Try
// `node examples/stdout.js | head -3`. console.log goes another way, so do not mix the two.

import { createWriter } from 'choose-l2'

const writer = createWriter(1)
for (let n = 1; n <= 10; n++) writer.send(`line ${n} to ${writer.path}`)
await writer.stop() // writes what waits; a descriptor that you opened stays open
