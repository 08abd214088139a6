// Closes the descriptor of its own log, sends 99 lines, tells what each call says, and ends with code 5:
// node close-descriptor.js <path> <writer type>

import { createWriter } from 'choose-l2'
import { keepNumberFree } from '../helpers/keep-number-free.js'
import { descriptorOf } from '../helpers/descriptor-of.js'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, writerType] = process.argv.slice(2)
const close = keepNumberFree()
const writer = createWriter(path, { writerType, exitTimeout: 20 })
const causes = new Set()
writer.on('error', ({ cause }) => causes.add(cause.code))
writer.send(lineOf(0, 0))
await writer.flush(Infinity)
close(descriptorOf(path))

const answers = {}
for (let n = 1; n < 100; n++) answers.send = writer.send(lineOf(0, n))
for (const call of ['flush', 'sync', 'stop']) answers[call] = await writer[call](50)
const { pending } = writer.metrics
process.stdout.write(JSON.stringify({ answers, causes: [...causes], pending }))
process.exit(5)
