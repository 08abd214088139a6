// Loop mode: the thread writes on a fixed beat, or earlier when batchSize lines wait. For a disk that should be
// touched at regular times and not by every single line.

import { watch } from 'node:fs'
import { createWriter, Mode } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()
const writer = createWriter(path, { mode: Mode.LOOP, flushInterval: 200, batchSize: 1000 })

// A line every 20 ms, until the thread has written three times.
let sent = 0
const watcher = watch(path, () => {
  console.log(`beat: ${writer.linesWritten} lines written in ${writer.flushCount} writes`)
  if (writer.flushCount >= 3) finish()
})
const timer = setInterval(() => writer.send(`measurement ${++sent}`), 20)

function finish() {
  watcher.close()
  clearInterval(timer)
  writer.stopSync()
  console.log(`stopped: ${sent} lines sent, ${writer.linesWritten} written`)
}
