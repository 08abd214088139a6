// (3) The rate that can go on forever: lines until the kernel has all of them, and until the disk has. At least 1 GB.

import { asHundredths, asMillions, whole } from '../shared/table.js'
import { isUsual, writesLines } from './usual.js'

export const sustainedColumns = [
  { figure: 'linesPerSecond', title: 'M lines/s', show: asMillions },
  { figure: 'MBPerSecond', title: 'MB/s', show: whole },
  { figure: 'syncedLinesPerSecond', title: 'synced M/s', show: asMillions },
  { figure: 'sendNanoseconds', title: 'send ns', show: whole },
  { figure: 'cpuSecondsPerMillion', title: 'CPU s/M lines', show: asHundredths },
  { figure: 'peakRssMB', title: 'RSS MB', show: whole },
]

export const sustained = {
  name: 'sustained',
  title: 'lines of 107 bytes at full speed, until they are in the file, and until they are on the disk',
  unit: 'lines/s',
  options: { bytes: { default: 1_070_000_000, quick: 10_700_000 } },
  columns: sustainedColumns,
  notes: [
    'The file is compared with what was sent after every run. send: the sending thread; CPU: all threads.',
    'winston, log4js and rotating-file-stream get a tenth of the lines.',
  ],
  program: 'sustained',
  variants: () => [{ sync: true }],
  canAsk: writesLines,
  isUsual,
}
