// (15) What many logs in one process cost: memory, threads, descriptors, and time.

import { asHundredths, asTenths, whole } from '../shared/table.js'
import { isOfEverydayUse } from './small-loggers.js'
import { takesLines } from './usual.js'

export const manyWriters = {
  name: 'many-writers',
  title: '1, 10, 50 and 200 logs in one process',
  unit: 'ms',
  options: { writers: { default: [1, 10, 50, 200], quick: [1, 10] } },
  columns: [
    { figure: 'createMs', title: 'create ms each', show: asHundredths },
    { figure: 'writtenMs', title: 'until all have a line ms', show: asTenths },
    { figure: 'MBEach', title: 'MB each', show: asHundredths },
    { figure: 'threads', title: 'threads', show: whole },
    { figure: 'descriptors', title: 'descriptors', show: whole },
  ],
  notes: ['MB each, threads, descriptors: over those of the process before it opened the logs.'],
  program: 'many-writers',
  variants: ({ writers }) => writers.map((count) => ({ name: `${count} logs`, writers: count })),
  canAsk: takesLines,
  isUsual: isOfEverydayUse,
}
