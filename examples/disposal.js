// `await using writer = createWriter(path)` stops the writer when the block ends, however it ends. Node 20 does not
// know that syntax yet; this is what it does, and what to write until then.

import { readFileSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()

// With `await using` (Node 24, or TypeScript):  await using writer = createWriter(path)
const writer = createWriter(path)
try {
  writer.send('inside the block')
  throw new Error('something went wrong')
} catch (error) {
  writer.send(`caught: ${error.message}`)
} finally {
  await writer[Symbol.asyncDispose]() // the same as await writer.stop()
}
console.log(`stopped: ${!writer.isRunning}; the file says:`)
console.log(readFileSync(path, 'utf8').trimEnd())

// With `using`:  using second = createWriter(path)
const second = createWriter(path)
try {
  second.send('from a block without await')
} finally {
  second[Symbol.dispose]() // the same as second.stopSync()
}
console.log(`and then: ${readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)}`)
