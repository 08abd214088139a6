// How sure do you want to be? After flush() the kernel has every line sent before: another program can read it, and
// it survives the death of this process. After sync() the disk has it (fdatasync): it survives a power loss.

import { readFileSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()
const writer = createWriter(path)
const lastLine = () => readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)

writer.send('order 1 accepted')
console.log(`flush: ${await writer.flush()}, the file ends with '${lastLine()}'`)

writer.send('order 1 paid')
console.log(`sync: ${await writer.sync()}, the file ends with '${lastLine()}'`)

writer.send('order 1 shipped')
console.log(`flushSync: ${writer.flushSync()}, the file ends with '${lastLine()}'`)

// Each has a time limit, 5 seconds unless told otherwise, and answers false if the disk did not take it in time.
writer.send('done')
console.log(`stop: ${await writer.stop(1000)}, the file ends with '${lastLine()}'`)
