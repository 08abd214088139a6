// One thread of the program under test: sends numbered lines at full speed, tick by tick, and keeps the ledger.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { crashLine, randomLength } from '../../helpers/crash-lines.js'
import { Ledger } from '../../helpers/ledger.js'
import { randomFrom } from '../../helpers/random.js'

/** Enough to be killed in full flight, little enough to be checked: a thread rests when it has sent so much. */
const MOST_BYTES = 24 * 1024 * 1024
/** So many lines of each tick are handed over when send() returns. */
const DIRECT_LINES = 8
const LEDGER_EVERY = 16

/** Sends until `isOver()` or the death of the process. */
export async function sendLines(
  writer,
  { life, thread, seed, ledgers, batchSize, policy },
  isOver = () => false,
) {
  const random = randomFrom(seed + life * 101 + thread)
  const ledger = new Ledger(ledgers, life, thread)
  let n = 0
  let sent = 0
  while (!isOver()) {
    if (sent > MOST_BYTES) {
      await nextTurn()
      continue
    }
    let isRefused = false
    let accepted = n
    const most = random.integer(1, 300)
    for (let tried = 1; tried <= most && !isRefused; tried++) {
      const line = crashLine(life, thread, n, randomLength(random))
      sent += line.length
      if (writer.send(line)) accepted = n + 1
      else isRefused = true
      // Under drop_oldest the markers tell what is missing; else a refused line is sent again.
      if (!isRefused || policy === 'drop_oldest') n++
      // Of the others, so many at most are staged; all before them have been committed.
      if (tried <= DIRECT_LINES || batchSize === 1) ledger.handedOver(accepted)
      else if (n % LEDGER_EVERY === 0) ledger.handedOver(accepted - (batchSize - 1))
    }
    if (random.next() < 0.1) writer.trigger?.()
    await nextTurn() // the end of the tick: everything is committed
    ledger.handedOver(accepted)
  }
}
