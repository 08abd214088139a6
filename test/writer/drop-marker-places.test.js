// Gaps whose marker is hard to place: at the very end, in a claim as large as the ring, and right before a line that
// is larger than the ring.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { attachWriter, createWriter } from 'choose-l2'
import { recoverNow } from '../helpers/orphan.js'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { marker, readMarked, told } from '../helpers/markers.js'
import { runProgram } from '../helpers/program.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'

const noQueueFile = !canMap && 'koffi is not installed'
const RING_BYTES = 4096
const LARGE = 3 * RING_BYTES

test('to is the time of the last drop, not of the next line', async (t) => {
  const { path, writer } = start(t, { policy: 'drop_newest' })
  for (let n = 0; n < 25; n++) writer.send(`line ${n}`)
  const last = Date.now()
  await delay(50) // so that the next line comes at another time
  await writer.flush(Infinity)
  writer.send('next')
  await writer.stop(Infinity)
  assert.ok(readMarked(path).markers[0].to <= last)
})

for (const policy of ['drop_newest', 'drop_oldest', 'warn']) {
  test(`an attached thread that leaves while the queue is full has its gap marked: ${policy}`, async (t) => {
    const { path, writer } = start(t, { policy })
    const attached = attachWriter(writer.handle)
    for (let n = 0; n < 25; n++) attached.send(`line ${n}`)
    attached.detach()
    await writer.stop(Infinity)
    assert.equal(writer.metrics.dropped, 15)
    assert.equal(told(readMarked(path).markers), 15)
  })
}

describe('a gap right before a line larger than the ring', () => {
  for (const writerType of WRITER_TYPES) {
    test(`${writerType} writer: is told before it`, async (t) => {
      const { path, writer } = start(t, {
        policy: 'drop_oldest',
        writerType,
        queueSize: 1,
        queueBytes: RING_BYTES,
      })
      for (let n = 0; n < 9; n++) writer.send(`line ${n}`)
      const large = 'y'.repeat(LARGE)
      writer.send(large)
      await writer.flush(Infinity)
      writer.send('after')
      await writer.stop(Infinity)
      const { all, markers } = readMarked(path)
      assert.equal(told(markers), 9)
      assert.match(all[0], /^!! 9 /u)
      assert.deepEqual(all.slice(1), [large, 'after'])
    })
  }

  test('which took the place of another such line', async (t) => {
    const { path, writer } = start(t, { policy: 'drop_oldest', queueBytes: RING_BYTES })
    writer.send('before')
    for (const letter of ['a', 'b', 'c']) writer.send(letter.repeat(LARGE))
    await writer.stop(Infinity)
    const { all, markers } = readMarked(path)
    assert.equal(writer.metrics.dropped, 3)
    assert.equal(told(markers), 3)
    assert.match(all[0], /^!! 3 /u)
    assert.deepEqual(all.slice(1), ['c'.repeat(LARGE)])
  })

  test('which found its place taken by that of another sender', async (t) => {
    const { path, writer } = start(t, { policy: 'drop_oldest', queueBytes: RING_BYTES, mode: 'manual' })
    const attached = attachWriter(writer.handle)
    assert.equal(attached.send('a'.repeat(LARGE)), true)
    assert.equal(writer.send('b'.repeat(LARGE)), false)
    assert.equal(writer.send('c'.repeat(LARGE)), false)
    assert.equal(writer.send('next'), true)
    attached.detach()
    await writer.stop(Infinity)
    const { lines, markers, all } = readMarked(path)
    assert.equal(writer.metrics.dropped, 2)
    assert.equal(told(markers), 2)
    assert.deepEqual(lines.toSorted(), ['a'.repeat(LARGE), 'next'])
    assert.match(all[all.indexOf('next') - 1], /^!! 2 /u)
  })

  test('which found its place taken, and is told after the next lines were dropped as well', async (t) => {
    const { path, writer } = start(t, { policy: 'drop_oldest', queueBytes: RING_BYTES, mode: 'manual' })
    const attached = attachWriter(writer.handle)
    assert.equal(attached.send('a'.repeat(LARGE)), true)
    for (let n = 0; n < 4; n++) {
      assert.equal(writer.send('b'.repeat(LARGE)), false)
      for (let line = 0; line < 25; line++) assert.equal(writer.send(`line ${n} ${line}`), true)
    }
    const chunk = ['c'.repeat(LARGE), 'next'].map((line) => `${line}\n`).join('')
    assert.equal(writer.sendLines(Buffer.from(chunk)), 1)
    attached.detach()
    await writer.stop(Infinity)
    assert.equal(writer.metrics.dropped, 4 + 90 + 2)
    assert.equal(told(readMarked(path).markers), writer.metrics.dropped)
  })

  test('which found its place taken, and nothing came after it', async (t) => {
    const { path, writer } = start(t, { policy: 'drop_oldest', queueBytes: RING_BYTES, mode: 'manual' })
    const attached = attachWriter(writer.handle)
    assert.equal(attached.send('a'.repeat(LARGE)), true)
    assert.equal(writer.send('b'.repeat(LARGE)), false)
    attached.detach()
    await writer.stop(Infinity)
    assert.equal(told(readMarked(path).markers), 1)
  })

  test('is recovered with it after a kill', { skip: noQueueFile }, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await killWithMarker(t, path, {
      options: { queueSize: 1, queueBytes: RING_BYTES },
      lengths: TEN_AND_LARGE,
    })
    expectRecovered(recoverNow(path), 1)
    expectMarkerAnd(path, 10, [LARGE])
  })

  for (const room of [0, 4096]) {
    test(
      `is recovered from a claim that a full disk had taken ${room} bytes of`,
      { skip: noQueueFile || cannotMount },
      async (t) => {
        const disk = tmpfs(t, 256 * 1024)
        disk.fill(room)
        const queueDir = tempFolder(t)
        const path = join(disk.folder, 'app.log')
        await killWithMarker(t, path, {
          options: { queueSize: 1, queueBytes: RING_BYTES, queueDir },
          lengths: TEN_AND_LARGE,
          diesOnError: true,
        })
        disk.free()
        expectRecovered(await startAgain(path, queueDir), 1)
        expectMarkerAnd(path, 10, [LARGE])
      },
    )
  }
})

const TEN_AND_LARGE = [...Array.from({ length: 10 }, () => 20), LARGE]

describe(
  'a claim as large as the ring, with a marker before it',
  { skip: noQueueFile || cannotMount },
  () => {
    test('is recovered, not put aside', async (t) => {
      const disk = tmpfs(t, 256 * 1024)
      disk.fill()
      const queueDir = tempFolder(t)
      const path = join(disk.folder, 'app.log')
      await killWithMarker(t, path, {
        options: { queueBytes: RING_BYTES, queueDir },
        lengths: Array.from({ length: 600 }, () => 63),
        diesOnError: true,
      })
      disk.free()
      expectRecovered(await startAgain(path, queueDir), 64)
      expectMarkerAnd(
        path,
        600 - 64,
        Array.from({ length: 64 }, () => 63),
      )
    })

    test('has its room allocated beforehand: no full disk kills the process', async (t) => {
      const disk = tmpfs(t, 256 * 1024)
      const { code, signal, stdout, stderr } = await runProgram(t, 'large-marker.js', [disk.folder])
      assert.deepEqual({ code, signal, stdout }, { code: 0, signal: null, stdout: 'false' }, stderr)
    })
  },
)

/** A writer with room for ten lines that writes only when it is asked to. */
function start(t, options) {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { mode: 'manual', queueSize: 10, dropMarker: marker, ...options })
  t.after(() => writer.stopSync(0))
  return { path, writer }
}

async function killWithMarker(t, path, task) {
  const args = [path, JSON.stringify(task)]
  const { signal, stderr } = await runProgram(t, 'killed-with-marker.js', args)
  assert.equal(signal, 'SIGKILL', stderr)
}

/** Resolves to what became of the queues that the next start found. */
async function startAgain(path, queueDir) {
  const writer = createWriter(path, { queueDir })
  const [{ queues }] = await once(writer, 'recovered')
  assert.equal(await writer.stop(Infinity), true)
  return queues
}

function expectRecovered(queues, count) {
  assert.deepEqual(
    queues.map(({ outcome, lines, reason }) => ({ outcome, lines, reason })),
    [{ outcome: 'recovered', lines: count, reason: undefined }],
  )
}

/** The log is one marker for `dropped` lines, and lines of these lengths. */
function expectMarkerAnd(path, dropped, lengths) {
  const { all, markers } = readMarked(path)
  assert.equal(told(markers), dropped)
  assert.match(all[0], /^!! /u)
  assert.deepEqual(
    all.slice(1).map((line) => line.length),
    lengths,
  )
  assert.match(readFileSync(path, 'latin1'), /^!![^x]*\n[x\n]*$/u)
}
