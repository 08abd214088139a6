// A clock that jumps, and a machine that slept over boundaries. The clock of this process is ours: it is put in place before
// the package is loaded, and the writers have no thread, which would have a clock of its own.

import assert from 'node:assert/strict'
import { basename, join } from 'node:path'
import { it } from 'node:test'
import { archivesOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
let time = Date.UTC(2026, 10, 22, 12)
Date.now = () => time
const { createWriter } = await import('choose-l2')

function open(t, rotate, folder = tempFolder(t)) {
  const path = join(folder, 'app.log')
  const writer = createWriter(path, {
    thread: false,
    crashSafe: false,
    rotate: { utc: true, keep: 1e9, ...rotate },
  })
  const log = async (line) => {
    writer.send(line)
    assert.equal(await writer.flush(Infinity), true)
  }
  return { path, writer, log }
}

const namesOf = (path) => archivesOf(path).map((file) => basename(file).slice('app.log.'.length))

it('a clock that jumps back causes no rotation, and no name is used again', async (t) => {
  time = Date.UTC(2026, 10, 22, 12)
  const { path, writer, log } = open(t, { interval: 'day' })
  await log('22')
  time += DAY_MS
  await log('23')
  time -= 2 * DAY_MS
  await log('21')
  time += 2 * DAY_MS
  await log('23 again')
  time += DAY_MS
  await log('24')
  time -= DAY_MS
  await writer.rotate(Infinity)
  await log('23 once more')
  await writer.rotate(Infinity)
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual(textsOf(path), ['22\n', '23\n21\n23 again\n', '23 once more\n', '24\n', ''])
  assert.deepEqual(namesOf(path), ['2026-11-22.1', '2026-11-23.1', '2026-11-23.2', '2026-11-24.1'])
})

it('a sleep over many boundaries makes one archive, named after its first line', async (t) => {
  time = Date.UTC(2026, 10, 22, 12)
  const { path, writer, log } = open(t, { interval: 'hour' })
  await log('noon')
  time += 5 * DAY_MS
  await log('days later')
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual(textsOf(path), ['noon\n', 'days later\n'])
  assert.deepEqual(namesOf(path), ['2026-11-22T12.1'])
})

it('a boundary that passed while the process was down is noticed at the first line', async (t) => {
  time = Date.UTC(2026, 10, 22, 12)
  const folder = tempFolder(t)
  const first = open(t, { interval: 'day' }, folder)
  await first.log('22')
  assert.equal(await first.writer.stop(Infinity), true)
  time += DAY_MS
  const second = open(t, { interval: 'day' }, folder)
  await second.log('23')
  assert.equal(await second.writer.stop(Infinity), true)
  assert.deepEqual(textsOf(first.path), ['22\n', '23\n'])
  assert.deepEqual(namesOf(first.path), ['2026-11-22.1'])
})

it('a size and an interval together', async (t) => {
  time = Date.UTC(2026, 10, 22, 23)
  const { path, writer, log } = open(t, { interval: 'day', size: 10 })
  const reasons = []
  writer.on('rotate', ({ reason }) => reasons.push(reason))
  await log('12345')
  await log('67890')
  time += 2 * HOUR_MS
  await log('next')
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual(textsOf(path), ['12345\n', '67890\n', 'next\n'])
  assert.deepEqual(namesOf(path), ['2026-11-22.1', '2026-11-22.2'])
  assert.deepEqual(reasons, ['size', 'time'])
})

it('archives go by their age', async (t) => {
  time = Date.UTC(2026, 10, 1, 12)
  const { path, writer, log } = open(t, { interval: 'day', maxAge: '3d' })
  for (let day = 1; day <= 10; day++, time += DAY_MS) await log(String(day))
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual(namesOf(path), ['2026-11-07.1', '2026-11-08.1', '2026-11-09.1'])
})
