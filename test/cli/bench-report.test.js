// The report of the subcommand `bench`: bars and colours only where they can be seen, and advice that fits.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { barOf, report } from '../../build/cli/bench/report.js'
import { adviseOn } from '../../build/cli/bench/result.js'
import { spreadOf } from '../../build/cli/bench/statistics.js'

const same = (value) => ({ median: value, min: value, max: value })
const row = (name, kind, linesPerSecond, more) => {
  const speed = { linesPerSecond, megabytesPerSecond: same(linesPerSecond.median / 1e4) }
  const cost = { sendP50: same(44), sendP999: same(75_764) }
  return { name, kind, ...speed, ...cost, unavailable: null, ...more }
}
const ROWS = [
  row('ready blocks', 'control', same(20e6), { sendP50: null, sendP999: null }),
  row('block writer', 'ours', { median: 5e6, min: 4e6, max: 6e6 }),
  row('line writer', 'ours', same(5.5e6)),
  { ...row('mmap writer', 'ours', same(1)), linesPerSecond: null, unavailable: 'no koffi' },
  row('a line at a time', 'peer', same(1e6)),
]
const RESULT = {
  folder: '/some/folder',
  fileSystem: 'ext4',
  cpu: 'Some CPU',
  cpus: 2,
  node: 'v20.20.2',
  system: 'linux 6.18',
  date: '2026-03-04T05:06:07.000Z',
  lines: 1_000_000,
  runs: 5,
  rows: ROWS,
  fdatasyncMs: { median: 1.234, min: 1, max: 12.3 },
  crashSafe: true,
  notCrashSafeBecause: null,
  advice: 'Take one.',
}
const stream = (isTTY, colors, columns = 120) => ({ isTTY, columns, hasColors: () => colors })

it('away from a terminal it is plain text without bars', () => {
  const text = report(RESULT, stream(undefined, true))
  assert.match(text, /^block writer +5\.00 +4\.0 - 6\.0 +500 +44 ns +76 µs$/m)
  assert.match(text, /^ready blocks +20\.00 .* - +-$/m)
  assert.match(text, /^mmap writer +not here: no koffi$/m)
  assert.match(text, /^fdatasync after a line: 1\.23 ms \(1\.00 - 12\)$/m)
  assert.match(text, /^Node 20\.20\.2, 2 x Some CPU, linux 6\.18, ext4, 2026-03-04$/m)
  assert.match(text, /^Crash safety: available/m)
  // eslint-disable-next-line no-control-regex -- that is what must not be there
  assert.equal(/[█\u001b]/.test(text), false)
})

it('on a terminal there are bars, with colours only where it has them', () => {
  const plain = report(RESULT, stream(true, false))
  assert.match(plain, /^ready blocks {2,}█{16} /m)
  assert.match(plain, /^block writer +█{4} /m)
  assert.equal(plain.includes('\u001b'), false)
  assert.equal(report(RESULT, stream(true, true)).includes('\u001b[36m████ '), true)
})

it('a narrow terminal has shorter bars, or none', () => {
  for (const columns of [60, 80, 100]) {
    const [, , , , ...lines] = report(RESULT, stream(true, false, columns)).split('\n')
    const table = lines.slice(0, ROWS.length)
    const widest = Math.max(...table.map((line) => line.length))
    assert.ok(columns === 60 || widest < columns, `${widest} in ${columns}`)
    assert.equal(table[0].includes('█'), columns !== 60)
  }
})

it('a bar is as long as its share, to an eighth of a letter', () => {
  assert.deepEqual(
    [0, 1 / 128, 0.5, 1, 2].map((share) => barOf(share, 16)),
    ['', '▏', '████████', '█'.repeat(16), '█'.repeat(16)],
  )
})

describe('advice', () => {
  const fast = same(0.1)

  it('is the default unless another writer was clearly faster', () => {
    assert.match(
      adviseOn(ROWS, fast),
      /^Take the default: .* than the block writer, 5\.5 times fs\.writeSync/,
    )
    const clear = [row('block writer', 'ours', same(1e6)), row('line writer', 'ours', same(2e6))]
    assert.equal(adviseOn(clear, fast), 'The line writer was clearly the fastest here.')
  })

  it('does not praise a writer for having crash safety turned off', () => {
    const rows = [...ROWS, row('block, crashSafe off', 'ours', same(90e6))]
    assert.match(adviseOn(rows, fast), /^Take the default/)
  })

  it('minds a disk that is slow to sync', () => {
    assert.match(adviseOn(ROWS, same(25)), /; this disk takes 25 ms to sync, so use syncInterval/)
  })
})

it('the median of an even number lies between the middle two, and runs without the number do not count', () => {
  assert.deepEqual(spreadOf([4, undefined, 1, 3, 2]), { median: 2.5, min: 1, max: 4 })
  assert.equal(spreadOf([undefined]), null)
})
