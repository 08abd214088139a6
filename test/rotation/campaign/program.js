// One life of one of the processes: sends numbered lines and keeps a ledger of what it has handed over, until it is killed or
// has sent `count` lines.

import { createWriter } from 'choose-l2'
import { Ledger } from '../../helpers/ledger.js'

const { path, ledgers, id, life, count, options } = JSON.parse(process.argv[2])
const LINES_A_TICK = 50

const writer = createWriter(path, { batchSize: 1, ...options })
const ledger = new Ledger(ledgers, life, id)
for (let n = 0; n < count; n++) {
  writer.send(`p${id}.${life} ${n} ${'x'.repeat(60 + (n % 40))}`)
  ledger.handedOver(n + 1)
  if (n % LINES_A_TICK === 0) await new Promise((resolve) => setTimeout(resolve, 1))
}
await writer.stop(Infinity)
