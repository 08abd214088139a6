// The charts of the benchmarks: what they show of the results. (How they look, people judge.)

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestFirst, failedIn, kindOf, rowsOf } from '../../bench/charts/rows.js'
import { describeMeasurement, short, time, widthOf, wrap } from '../../bench/charts/text.js'

const run = (contender, linesPerSecond, variant) => ({ contender, variant, figures: { linesPerSecond } })
const results = {
  environment: {
    date: '2026-03-04T05:06:07.000Z',
    node: 'v20.20.2',
    commit: 'abc1234',
    platform: 'linux x64',
    kernel: '6.18.1',
    cpu: 'Some CPU',
    cores: 2,
    fileSystem: 'ext4',
  },
  options: { runs: 3, quick: false },
  runs: [
    run('slow', 1),
    run('choose-l2 block', 9),
    run('choose-l2 block', 7),
    run('choose-l2 block', 8),
    run('control: C', 20),
    { contender: 'broken', error: 'no' },
    { contender: 'odd', figures: {} },
  ],
}

test('a row is the median of a contender with its smallest and largest run', () => {
  const rows = rowsOf(results, ['linesPerSecond', 'never measured'])
  assert.deepEqual(rows[1], {
    name: 'choose-l2 block',
    kind: 'ours',
    figures: { linesPerSecond: { median: 8, min: 7, max: 9 } },
  })
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['peer', 'ours', 'control', 'peer'],
  )
  assert.equal(kindOf('choose-l2-like'), 'peer')
})

test('the best stands first, who has no figure last, and who failed is named', () => {
  const rows = rowsOf(results, ['linesPerSecond'])
  const names = (best) => bestFirst(rows, 'linesPerSecond', best).map(({ name }) => name)
  assert.deepEqual(names('max'), ['control: C', 'choose-l2 block', 'slow', 'odd'])
  assert.deepEqual(names('min'), ['slow', 'choose-l2 block', 'control: C', 'odd'])
  assert.deepEqual(failedIn(results), ['broken'])
})

test('only the runs of the variant count', () => {
  const both = { runs: [run('a', 1, 'x'), run('a', 5, 'y'), run('b', 2, 'y')] }
  assert.deepEqual(
    rowsOf(both, ['linesPerSecond'], { variant: 'y' }).map(({ figures }) => figures.linesPerSecond.median),
    [5, 2],
  )
})

test('a chart says where, when and how often was measured', () => {
  const text = describeMeasurement(results).replaceAll('\u00a0', ' ')
  assert.equal(
    text,
    '2 CPUs (Some CPU) · Node 20.20.2 · Linux 6.18.1 · ext4 · 2026-03-04 · commit abc1234 · median of 3 runs each',
  )
})

test('text is broken into lines that fit, and nothing of it is lost', () => {
  const text = 'the quick brown fox jumps over the incomprehensibilities of a dog'
  const lines = wrap(text, 90)
  assert.equal(lines.join(' '), text)
  for (const line of lines) assert.ok(widthOf(line) <= 90 || !line.includes(' '), line)
})

test('numbers are short enough for the end of a bar', () => {
  assert.deepEqual([0, 0.0123, 0.5, 5.678, 43.21, 1234].map(short), [
    '0',
    '0.012',
    '0.50',
    '5.68',
    '43.2',
    '1,234',
  ])
  assert.deepEqual([0.5, 42, 1500, 2e6, 3.25e9].map(time), ['0.5 ns', '42 ns', '1.5 µs', '2 ms', '3.3 s'])
})
