// Logs 100 lines, after the first of which the file system finds an error and becomes read-only; tells what each call
// answered and exits: node <this> <path> <options as JSON> <device>

import { writeFileSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { longLine } from '../helpers/long-lines.js'

const [path, options, device] = process.argv.slice(2)
const writer = createWriter(path, { crashSafe: true, exitTimeout: 100, ...JSON.parse(options) })
writer.on('error', () => {})
writer.send(longLine(0))
await writer.sync(Infinity)
writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, 'on purpose')
for (let n = 1; n < 100; n++) writer.send(longLine(n))
const flush = await writer.flush(20)
const sync = await writer.sync(20)
const stop = await writer.stop(20)
process.stdout.write(JSON.stringify({ flush, sync, stop, wasWritten: writer.linesWritten }))
process.exit(4)
