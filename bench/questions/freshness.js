// (6) How soon a line can be seen in the file, for each writer and mode.

import { asHundredths, whole } from '../shared/table.js'

export const freshness = {
  name: 'freshness',
  title: 'from send() until another thread sees the last byte in the file',
  unit: 'ms',
  options: { samples: { default: 200, quick: 10 }, bursts: { default: [1, 1000], quick: [1, 1000] } },
  columns: [
    ...['p50', 'p99', 'max'].map((figure) => ({ figure, title: `${figure} ms`, show: asHundredths })),
    { figure: 'samples', title: 'samples', show: whole },
    { figure: 'unseen', title: 'not within 1 s', show: whole },
  ],
  notes: [
    'A line alone waits for its batch: flushInterval (100 ms) of our block writer, minLength of the peers.',
    'The thread that looks takes a core of its own; between samples the machine is idle for 2 to 12 ms.',
  ],
  program: 'freshness',
  variants: ({ bursts }) =>
    bursts.map((burst) => ({ name: burst === 1 ? 'one line' : `${burst} lines at once, the last`, burst })),
  canAsk: ({ open, name }) => open !== undefined && name !== 'control: null sink',
  isUsual: ({ name }) => !name.includes('crashSafe'),
}
