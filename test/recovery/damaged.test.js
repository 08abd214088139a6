// A queue file that is not what it should be is put aside and named; what cannot hold lines is removed. It is never
// followed, and the application never learns of it by an exception.

import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, after, describe, test } from 'node:test'
import { CheckedNote, checksum } from '../../build/queue/checked-note.js'
import * as layout from '../../build/queue/layout.js'
import { allFiles, leaveBehind, nextStart, recoverNow } from '../helpers/orphan.js'
import { spoil } from '../helpers/queue-bytes.js'
import { restoreState, takeState } from '../helpers/states.js'
import { runProgram } from '../helpers/program.js'
import { canMap } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const SMALL = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }
const LANE_0 = layout.HEADER_BYTES / 4
const ENDS = LANE_0 + layout.LANE_HEADER_BYTES / 4

/** What is done to a queue file, and what the reason must speak of. */
const damages = {
  'another magic': [({ words }) => (words[layout.H_MAGIC] ^= 0x40), /does not begin/],
  'a torn header': [({ words }) => words.fill(0, 0, LANE_0), /does not begin/],
  'a later version': [({ words }) => (words[layout.H_VERSION] = 99), /version is 99/],
  'no lanes': [({ words }) => (words[layout.H_LANES] = 0), /measures/],
  'too many lanes': [({ words }) => (words[layout.H_LANES] = 3), /measures/],
  'more lanes used than there are': [({ words }) => (words[layout.H_LANES_USED] = 3), /lanes are used/],
  'half of the file': [({ bytes }) => bytes.slice(0, bytes.length / 2), /bytes instead/],
  'a path that is longer': [({ words }) => (words[layout.LOG_NOTES_OFFSET / 4 + 3] ^= 1), /about its log/],
  'another path': [({ bytes }) => (bytes[layout.LOG_PATH_OFFSET + 3] ^= 1), /about its log/],
  'a tail before the head': [
    ({ words }) => (words[LANE_0 + layout.L_TAIL] = -1),
    /lane 0: lines that were handed over/,
  ],
  'more lines than fit': [({ words }) => (words[LANE_0 + layout.L_TAIL] += 1000), /lane 0: .* lines wait/],
  'a line that ends before it begins': [({ words }) => (words[ENDS + 150] = 1), /line .* ends at/],
  'a line that ends far away': [({ words }) => (words[ENDS + 150] += 2 ** 20), /line .* ends at/],
  'a line that ends inside another': [({ words }) => (words[ENDS + 150] += 1), /does not end like a line/],
  'a line without bytes': [({ words }) => (words[ENDS + 150] = words[ENDS + 149]), /no bytes/],
  'a claim of a lane that does not exist': [openClaim({ [layout.C_LANE]: 7 }), /impossible/],
  'a claim of more than there is': [openClaim({ [layout.C_BYTES]: 10_000 }), /impossible/],
  'a claim that is more than done': [openClaim({ [layout.C_DONE]: 10_000 }), /impossible/],
  'a claim from nowhere': [openClaim({ [layout.C_SOURCE]: 3 }), /impossible/],
  'a claim from an in-flight area that is not there': [openClaim({ [layout.C_SOURCE]: 1 }), /impossible/],
  'a claim that goes to no offset': [openClaim({}, { [layout.C_POSITION]: Number.NaN }), /impossible/],
  'an oversized line that the file does not reach': [
    ({ words }) => {
      words[layout.H_OVERFLOW_STATE] = layout.OVERFLOW_WAITING
      words[layout.H_OVERFLOW_BYTES] = 100_000
      words[layout.H_OVERFLOW_CHECK] = checksum([words[layout.H_OVERFLOW_LINE], 100_000, 0, 0])
    },
    /ends before its oversized line/,
  ],
}

describe('a queue file with', { skip: !canMap && 'koffi is not installed' }, () => {
  let folder
  let path
  let queue
  let whole
  const afterwards = []

  before(async () => {
    const t = { after: (work) => afterwards.push(work) }
    folder = tempFolder(t)
    path = join(folder, 'app.log')
    queue = await leaveBehind(t, { path, options: SMALL, written: 100, lines: 300 })
    whole = takeState(folder)
  })
  after(() => {
    for (const work of afterwards) work()
  })

  for (const [name, [change, reason]] of Object.entries(damages)) {
    test(`${name} is put aside and named`, async () => {
      restoreState(folder, whole)
      spoil(queue, change)
      const spoiled = readFileSync(queue)
      const told = await nextStart(path)
      assert.deepEqual(
        told.queues.map(({ queue: named, outcome }) => ({ named, outcome })),
        [{ named: queue, outcome: 'damaged' }],
      )
      assert.match(told.queues[0].reason, reason)
      assert.ok(readFileSync(`${queue}.corrupt`).equals(spoiled), 'it is kept as it was')
      assert.deepEqual(allFiles(folder, path), [`${queue}.corrupt`])
      expectAllLines(path, 100)
      assert.equal(await nextStart(path), null, 'once is enough')
    })
  }

  test('nothing amiss is recovered, after all these', async () => {
    restoreState(folder, whole)
    await nextStart(path)
    expectAllLines(path, 300)
  })

  for (const [name, bytes] of [
    ['no bytes at all', 0],
    ['only zeros, as a process leaves it that dies while it makes the file', 64 * 1024],
  ]) {
    test(`${name} is removed`, async () => {
      restoreState(folder, whole)
      writeFileSync(queue, Buffer.alloc(bytes))
      assert.equal(await nextStart(path), null)
      assert.deepEqual(allFiles(folder, path), [])
    })
  }

  test('damage in a dry run stays where it is', () => {
    restoreState(folder, whole)
    spoil(queue, damages['a later version'][0])
    const [recovery] = recoverNow(path, { dryRun: true })
    assert.equal(recovery.outcome, 'damaged')
    assert.ok(existsSync(queue))
  })

  test('random damage never kills or stops the application', async (t) => {
    restoreState(folder, whole)
    const { code, signal, stderr } = await runProgram(t, 'open-damaged.js', [path, queue])
    assert.equal(signal ?? code, 0, stderr)
  })
})

test('an oversized line that does not end', { skip: !canMap && 'koffi is not installed' }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const extra = { text: 'x', times: 40_000 }
  const queue = await leaveBehind(t, { path, options: SMALL, lines: 1, extra })
  spoil(queue, ({ words }) => {
    words[layout.H_OVERFLOW_BYTES] -= 1
    const noted = [words[layout.H_OVERFLOW_LINE], words[layout.H_OVERFLOW_BYTES], 0, 0]
    words[layout.H_OVERFLOW_CHECK] = checksum(noted)
  })
  const [{ outcome, reason }] = recoverNow(path)
  assert.equal(outcome, 'damaged')
  assert.match(reason, /has no end/)
})

/** A claim of the oldest ten lines, with some words and doubles of it changed, and a checksum that fits. */
function openClaim(changes, doubleChanges = {}) {
  return ({ words }) => {
    const head = words[LANE_0 + layout.L_HEAD]
    const note = new CheckedNote(words.buffer, layout.CLAIM_OFFSET, layout.CLAIM_WORDS)
    const draft = note.draft()
    draft.words[layout.C_LANE] = 0
    draft.words[layout.C_HEAD] = head
    draft.words[layout.C_LINES] = 10
    draft.words[layout.C_START] = words[ENDS + head - 1]
    draft.words[layout.C_BYTES] = words[ENDS + head + 9] - words[ENDS + head - 1]
    draft.words[layout.C_DONE] = 0
    draft.words[layout.C_SOURCE] = layout.CLAIM_FROM_RING
    for (const [word, value] of Object.entries(changes)) draft.words[word] = value
    for (const [double, value] of Object.entries(doubleChanges)) draft.doubles[double] = value
    note.publish()
  }
}
