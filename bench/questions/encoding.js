// What the sending thread has to do at least: strings into bytes. Explains the sustained rate, see docs/where-the-time-goes.md.

import { whole } from '../shared/table.js'

export const encoding = {
  name: 'encoding',
  title: 'strings of 107 bytes into a ring in memory, no thread on the other side',
  unit: 'ns per line',
  options: { lines: { default: 5_000_000, quick: 500_000 } },
  columns: [{ figure: 'nanoseconds', title: 'ns a line', show: whole }],
  program: 'encoding',
  canAsk: ({ encode }) => encode !== undefined,
}
