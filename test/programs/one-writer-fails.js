// Two writers; the descriptor of the first is closed under it, then the process ends with code 5:
// node one-writer-fails.js <path>

import { openSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { keepNumberFree } from '../helpers/keep-number-free.js'
import { lineOf } from '../helpers/numbered-lines.js'

const path = process.argv[2]
const close = keepNumberFree()
const fd = openSync(`${path}.first`, 'a')
const first = createWriter(fd, { exitTimeout: 20 })
const second = createWriter(path, { crashSafe: false })
for (let n = 0; n < 2000; n++) {
  first.send(lineOf(0, n))
  second.send(lineOf(0, n))
}
close(fd)
process.exit(5)
