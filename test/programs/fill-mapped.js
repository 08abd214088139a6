// Log and queue file on one disk, which fills up again and again, and is freed once a write has failed:
// node fill-mapped.js <path> <policy>

import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { longLine } from '../helpers/long-lines.js'

const [path, policy] = process.argv.slice(2)
const folder = dirname(path)
const ballast = join(folder, 'ballast')
const options = { writerType: 'mmap', policy, crashSafe: true, queueBytes: 64 * 1024 }
const writer = createWriter(path, { ...options, dropMarker: '{lines} dropped' })
writer.on('error', () => rmSync(ballast, { force: true }))
for (let n = 0; n < 2000; n++) {
  if (n % 100 === 0) fill()
  if (n % 20 === 0) await nextTurn()
  await writer.sendAsync(longLine(n))
}
await writer.stop(Infinity)
process.stdout.write(JSON.stringify(writer.metrics.getSnapshot()))

function fill() {
  const { bavail, bsize } = statfsSync(folder)
  try {
    writeFileSync(ballast, Buffer.alloc(bavail * bsize))
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error // the log took the last of it
  }
}
