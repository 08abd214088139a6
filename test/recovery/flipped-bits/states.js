// Queue files of killed writers in several states, beside their logs, and what each bit of their headers does to a
// recovery if it is flipped.

import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { laneBytes } from '../../../build/queue/geometry.js'
import * as layout from '../../../build/queue/layout.js'
import { leaveBehind, queueFiles, recoverNow } from '../../helpers/orphan.js'
import { restoreState, statesDuring, takeState } from '../../helpers/states.js'
import { runProgram } from '../../helpers/program.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const SMALL = { lanes: 2, queueBytes: 4096, queueSize: 100 }
const LINES = { written: 5, lines: 25 }
const LARGE = { text: 'a line larger than its queue ', times: 300 }

const isTorn = (state) => state.get('app.log').at(-1) !== 0x0a && [...state].length === 2

/** For each state: leaves it in a folder, and takes those around each write of its recovery if it is to be torn. */
const LEAVERS = {
  'lines wait': { leave: (t, path) => leaveBehind(t, { path, ...LINES, options: SMALL }) },
  'a claim in the ring, in the middle of a line': {
    leave: (t, path) => leaveBehind(t, { path, ...LINES, options: SMALL }),
    isWanted: isTorn,
  },
  'a copied claim, in the middle of a line': {
    leave: (t, path) => leaveBehind(t, { path, ...LINES, options: { ...SMALL, policy: 'drop_oldest' } }),
    isWanted: isTorn,
  },
  'a memory-mapped log': {
    leave: (t, path) => leaveBehind(t, { path, ...LINES, options: { ...SMALL, writerType: 'mmap' } }),
    logBytes: 64 * 1024, // of 16 MB, as on a disk that is nearly full
  },
  'an oversized line waits': {
    leave: (t, path) => leaveBehind(t, { path, ...LINES, extra: LARGE, options: SMALL }),
  },
  'an oversized line, in the middle': {
    leave: (t, path) => leaveBehind(t, { path, lines: 1, extra: LARGE, options: SMALL }),
    isWanted: (state) => isTorn(state) && state.get('app.log').length > 1000,
  },
  'a gap at the end': {
    leave: (t, path) =>
      runProgram(t, 'killed-in-gap.js', [
        path,
        JSON.stringify({ lanes: 2, queueBytes: 4096, policy: 'drop_newest' }),
        'writer',
      ]),
  },
  'a marker before the oldest line': {
    leave: (t, path) =>
      runProgram(t, 'killed-with-marker.js', [
        path,
        JSON.stringify({
          options: { lanes: 2, queueSize: 3, queueBytes: 4096 },
          lengths: [10, 20, 30, 40, 50],
        }),
      ]),
  },
}

export const STATE_NAMES = Object.keys(LEAVERS)

/** Makes one of the states. */
export async function createState(t, name) {
  const { leave, isWanted, logBytes = Infinity } = LEAVERS[name]
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  await leave(t, path)
  let state = takeState(folder)
  if (isWanted !== undefined) {
    const wanted = statesDuring(folder, () => recoverNow(path), 100).filter(isWanted)
    state = wanted[wanted.length >> 1]
  }
  state.set('app.log', state.get('app.log').subarray(0, logBytes))
  restoreState(folder, state)
  const queue = basename(queueFiles(folder, path)[0])
  const before = state.get('app.log')
  const [{ outcome, reason }] = recoverNow(path)
  if (outcome !== 'recovered') throw new Error(`${name}: ${outcome}, ${reason}`)
  return { folder, path, state, queue, before, right: readFileSync(path) }
}

/** The bits of the header's pages and of the headers of all lanes. */
export function* headerBits({ state, queue }) {
  const words = new Int32Array(new Uint8Array(state.get(queue)).buffer)
  const lanes = words[layout.H_LANES]
  const size = laneBytes({
    lineCapacity: words[layout.H_LINE_CAPACITY],
    dataCapacity: words[layout.H_DATA_CAPACITY],
  })
  const pages = [
    0,
    layout.MARKER_OFFSET,
    ...Array.from({ length: lanes }, (_, lane) => layout.HEADER_BYTES + lane * size),
  ]
  for (const page of pages) {
    for (let byte = page; byte < page + layout.PAGE_BYTES; byte++) {
      for (let bit = 0; bit < 8; bit++) yield byte * 8 + bit
    }
  }
}

/** What a recovery makes of the state with one bit flipped: 'right', 'reported', or 'wrong' (not noticed). */
export function recoverFlipped({ folder, path, state, queue, before, right }, bit) {
  const bytes = Buffer.from(state.get(queue))
  bytes[bit >> 3] ^= 1 << (bit & 7)
  restoreState(folder, new Map([...state, [queue, bytes]]))
  const [recovery] = recoverNow(path)
  const log = readFileSync(path)
  if (recovery.outcome === 'recovered') return linesOf(log) === linesOf(right) ? 'right' : 'wrong'
  return log.equals(before) ? 'reported' : 'wrong'
}

/** The numbers in a drop marker are not protected: a flipped bit may change a marker, but never a line. */
function linesOf(log) {
  return log
    .toString('latin1')
    .split('\n')
    .filter((line) => !line.startsWith('!!'))
    .join('\n')
}
