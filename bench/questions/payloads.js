// (7) Other lines, and other ways in which they come.

import { asHundredths, asMillions, whole } from '../shared/table.js'
import { isUsual, writesLines } from './usual.js'

const BURST_LINES = 100_000
const BURST_LINES_QUICK = 10_000

export const payloads = {
  name: 'payloads',
  title: 'the sustained rate with other lines, and with lines that come in other ways',
  unit: 'lines/s',
  options: {
    bytes: { default: 200_000_000, quick: 5_000_000 },
    tickBytes: { default: 40_000_000, quick: 2_000_000 },
    burst: { default: BURST_LINES, quick: BURST_LINES_QUICK },
  },
  columns: [
    { figure: 'MBPerSecond', title: 'MB/s', show: whole },
    { figure: 'linesPerSecond', title: 'M lines/s', show: asMillions },
    { figure: 'sendNanoseconds', title: 'send ns', show: whole },
    { figure: 'cpuSecondsPerMillion', title: 'CPU s/M lines', show: asHundredths },
    { figure: 'peakRssMB', title: 'RSS MB', show: whole },
  ],
  notes: [
    'The burst is sent in one tick, whatever the logger says; its rate counts until it is in the file.',
    'winston, log4js and rotating-file-stream get a tenth of the lines, but for the burst.',
  ],
  program: 'sustained',
  variants: ({ tickBytes, burst }) => [
    { name: '100 B JSON', shape: 'json 100' },
    { name: '512 B JSON', shape: 'json 512' },
    { name: '100 B of characters of 4 bytes', shape: 'emoji' },
    { name: '100 B as Uint8Array', shape: 'json 100', asBytes: true },
    { name: '5 lines a tick', shape: 'json 107', feed: 'five a tick', bytes: tickBytes },
    { name: `one burst of ${burst} lines`, shape: 'json 107', feed: 'burst', lines: burst },
  ],
  canAsk: writesLines,
  isUsual,
  /** A control that writes ready blocks knows no ticks, and not everybody takes bytes. */
  suits: ({ takesBytes = false, writeAll }, { asBytes = false, feed }) =>
    (!asBytes || takesBytes) && (writeAll === undefined || (feed === undefined && !asBytes)),
}
