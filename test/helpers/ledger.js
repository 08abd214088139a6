// What was handed over, written down so that it survives SIGKILL: one small file for each life and thread, a single
// number at its beginning, written with write(2). It never says more than the contract promises.

import { openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** One thread's ledger in one life. */
export class Ledger {
  #fd
  #number = new Float64Array(1)
  #bytes = Buffer.from(this.#number.buffer)

  constructor(folder, life, thread) {
    this.#fd = openSync(join(folder, `${life}-${thread}`), 'w')
  }

  /** All lines below `count` that were accepted have been handed over. */
  handedOver(count) {
    if (count <= this.#number[0]) return
    this.#number[0] = count
    writeSync(this.#fd, this.#bytes, 0, 8, 0)
  }
}

/** How many lines the ledger says; 0 if the thread never came so far. */
export function readLedger(folder, life, thread) {
  try {
    const bytes = readFileSync(join(folder, `${life}-${thread}`))
    return bytes.length < 8 ? 0 : bytes.readDoubleLE(0)
  } catch (error) {
    if (error.code === 'ENOENT') return 0
    throw error
  }
}
