// (14) What a log of a moderate rate costs: the time on a processor of the thread that logs, and of all others.

import { asTenths } from '../shared/table.js'
import { isOfEverydayUse } from './small-loggers.js'
import { takesLines } from './usual.js'

export const moderate = {
  name: 'moderate',
  title: 'lines of 107 bytes at fixed rates: processor time over that of the same loop without lines',
  unit: 'ms a second',
  options: {
    seconds: { default: 3, quick: 0.5 },
    rates: { default: [2_000, 37_000, 200_000], quick: [2_000, 37_000] },
  },
  columns: [
    { figure: 'allMs', title: 'all ms/s', show: asTenths },
    { figure: 'ownMs', title: 'caller ms/s', show: asTenths },
    { figure: 'othersMs', title: 'other threads ms/s', show: asTenths },
    { figure: 'linesASecond', title: 'lines/s', show: (number) => Math.round(number).toLocaleString('en') },
  ],
  notes: ['What is due is sent once a millisecond. 10 ms a second are 1 % of a processor.'],
  program: 'moderate',
  variants: ({ rates }) => rates.map((rate) => ({ name: `${rate} lines a second`, rate })),
  canAsk: takesLines,
  isUsual: isOfEverydayUse,
}
