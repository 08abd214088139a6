// (13) What a tick of a few lines costs: the time on a processor, less that of the same ticks without lines.

import { asHundredths } from '../shared/table.js'
import { isOfEverydayUse } from './small-loggers.js'
import { takesLines } from './usual.js'

export const ticks = {
  name: 'ticks',
  title: 'a tick of 1, 5 and 50 lines of 107 bytes: processor time over the empty loop',
  unit: 'us a tick',
  options: {
    ticks: { default: 60_000, quick: 5_000 },
    lines: { default: [1, 5, 50], quick: [1, 5, 50] },
  },
  columns: [
    { figure: 'allUs', title: 'all us', show: asHundredths },
    { figure: 'ownUs', title: 'caller us', show: asHundredths },
    { figure: 'othersUs', title: 'other threads us', show: asHundredths },
  ],
  notes: ['winston gets a tenth of the ticks.'],
  program: 'ticks',
  variants: ({ lines }) => lines.map((linesATick) => ({ name: `${linesATick} a tick`, linesATick })),
  canAsk: takesLines,
  isUsual: isOfEverydayUse,
}
