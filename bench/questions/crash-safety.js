// What crash safety costs: the same writer with its queue in a file and with its queue in memory.

import { sustained, sustainedColumns } from './sustained.js'

export const crashSafety = {
  ...sustained,
  name: 'crash-safety',
  title: 'lines of 107 bytes at full speed, with the queue in a file and with the queue in memory',
  options: { bytes: { default: 535_000_000, quick: 10_700_000 } },
  columns: sustainedColumns.filter(({ figure }) => figure !== 'syncedLinesPerSecond'),
  notes: [],
  variants: () => [{}],
  canAsk: ({ kind, open }) => kind === 'ours' && open !== undefined,
  isUsual: ({ name }) => /^choose-l2 block(?: crashSafe off)?$/u.test(name),
}
