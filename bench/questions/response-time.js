// (2) Response time under load: from the moment a line was meant to be sent until its send() has returned, at 10 to
// 110 % of the rate that the contender itself can sustain.

import { fileURLToPath } from 'node:url'
import { runForJson } from '../shared/run-program.js'
import { asHundredths, asMillions, whole } from '../shared/table.js'
import { isUsual, takesLines } from './usual.js'

const PROGRAM = fileURLToPath(new URL('../programs/response-time.js', import.meta.url))
const SUSTAINED = fileURLToPath(new URL('../programs/sustained.js', import.meta.url))
const NS_PER_US = 1000
/** A run that cannot keep up is ended then. */
const PATIENCE = 4

const asMicroseconds = (ns) => (ns < 100 * NS_PER_US ? asHundredths : whole)(ns / NS_PER_US)
const microseconds = (figure) => ({ figure, title: `${figure} us`, show: asMicroseconds })

export const responseTime = {
  name: 'response-time',
  title: 'from when a line was meant to be sent until its send() has returned',
  unit: 'ns',
  options: {
    loads: { default: [10, 30, 50, 70, 80, 90, 100, 110], quick: [10, 50, 90, 110] },
    rates: { default: [], quick: [] },
    seconds: { default: 5, quick: 0.5 },
    calibrationBytes: { default: 321_000_000, quick: 10_700_000 },
  },
  columns: [
    ...['p50', 'p99', 'p99.9', 'p99.99', 'max'].map(microseconds),
    { figure: 'offeredPerSecond', title: 'offered M/s', show: asMillions },
    { figure: 'linesPerSecond', title: 'sent M/s', show: asMillions },
  ],
  notes: [
    'The load is a share of what each can sustain (measured first), or with --rates the same lines a second for all.',
    'A time is too large by up to 20 sends: the clock is read once for the lines that are due together.',
  ],
  canAsk: takesLines,
  /** The null sink sustains more than the plan can be kept at. */
  isUsual: (contender) => isUsual(contender) && contender.name !== 'control: null sink',
  variants: ({ loads, rates }) =>
    rates.length > 0
      ? rates.map((rate) => ({ name: `${rate} lines/s`, rate }))
      : loads.map((load) => ({ name: `${load} %`, load })),

  /** The rate that each sustains. */
  async prepare({ names, options, run }) {
    if (options.rates.length > 0) return {}
    const rates = {}
    for (const contender of names) {
      const { linesPerSecond } = await run({ contender, bytes: options.calibrationBytes, calibrate: true })
      rates[contender] = { sustained: linesPerSecond }
      console.log(`${contender.padEnd(58)} sustains ${whole(linesPerSecond)} lines/s`)
    }
    return rates
  },

  runOnce(task) {
    if (task.calibrate) return runForJson(SUSTAINED, [JSON.stringify(task)])
    const rate = task.rate ?? (task.sustained * task.load) / 100
    return runForJson(PROGRAM, [JSON.stringify({ ...task, rate, patience: PATIENCE * task.seconds })])
  },
}
