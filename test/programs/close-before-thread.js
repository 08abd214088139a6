// Closes the descriptor of its log before the writer thread has started, sends 99 lines, tells what each call says:
// node close-before-thread.js <path> <writer type> <thread>

import { openSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { keepNumberFree } from '../helpers/keep-number-free.js'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, writerType, thread] = process.argv.slice(2)
const close = keepNumberFree()
const fd = openSync(path, 'a+')
const writer = createWriter(fd, { writerType, thread: thread === 'true', exitTimeout: 20 })
close(fd)
const codes = new Set()
const failed = new Promise((resolve) => {
  writer.on('error', ({ code }) => {
    codes.add(code)
    resolve()
  })
})
const answers = {}
for (let n = 0; n < 99; n++) answers.send = writer.send(lineOf(0, n))
const alive = setInterval(() => {}, 1000)
await failed
clearInterval(alive)
for (const call of ['flush', 'flushSync', 'stop', 'stopSync']) answers[call] = await writer[call](50)
process.stdout.write(JSON.stringify({ answers, codes: [...codes], hasThread: writer.hasThread }))
process.exitCode = 5
