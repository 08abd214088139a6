// (4) Several threads, one file.

import { asHundredths, asMillions } from '../shared/table.js'

export const producers = {
  name: 'producers',
  title: 'threads that send to one file at full speed',
  unit: 'lines/s',
  options: { threads: { default: [1, 2, 4], quick: [1, 2, 4] }, seconds: { default: 5, quick: 0.5 } },
  columns: [
    { figure: 'linesPerSecond', title: 'M lines/s', show: asMillions },
    { figure: 'slowestThread', title: 'slowest thread', show: asMillions },
    { figure: 'fastestThread', title: 'fastest', show: asMillions },
    { figure: 'leastShare', title: 'least share', show: asHundredths },
    { figure: 'cpuSecondsPerMillion', title: 'CPU s/M lines', show: asHundredths },
  ],
  notes: [
    'The senders are worker threads, the main thread sleeps. Least share: 1 = no thread got less than another.',
    'Peers open the file once in each thread, to append.',
  ],
  program: 'producers',
  variants: ({ threads }) => threads.map((threads) => ({ name: `${threads} threads`, threads })),
  canAsk: ({ attach, appends = false }) => attach !== undefined || appends,
  isUsual: ({ name }) => !/loop|manual|(?:line|mmap) crashSafe/u.test(name),
}
