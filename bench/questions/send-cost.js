// (1) What a send() costs the thread that calls it: service time, in blocks of 20 calls.

import { asMillions, whole } from '../shared/table.js'
import { isUsual, takesLines } from './usual.js'

const nanoseconds = (figure) => ({ figure, title: `${figure} ns`, show: whole })

export const sendCost = {
  name: 'send-cost',
  title: 'service time of a send() in blocks of 20, ticks of 100 lines, at a rate that most can take',
  unit: 'ns per call',
  options: {
    lines: { default: 1_000_000, quick: 50_000 },
    warmup: { default: 100_000, quick: 20_000 },
    rate: { default: 100_000, quick: 100_000 },
  },
  columns: [
    ...['p50', 'p99', 'p99.9', 'p99.99', 'max', 'mean'].map(nanoseconds),
    { figure: 'linesPerSecond', title: 'M lines/s', show: asMillions },
  ],
  notes: [
    'A time is that of a block of 20 calls, divided by 20: no single call is seen, and a pause is spread over its block.',
    'Ours commit once in 100 lines: four blocks of five only stage their lines, so p50 is the cost of that.',
    'Back-pressure: the peers get it off the clock, between blocks; ours wait inside send(), on the clock.',
  ],
  program: 'send-cost',
  canAsk: takesLines,
  isUsual,
}

export const sendCostFullSpeed = {
  ...sendCost,
  name: 'send-cost-full-speed',
  title: 'service time of a send() in blocks of 20, ticks of 100 lines, one after the other',
  options: { ...sendCost.options, rate: { default: 0, quick: 0 } },
}
