// Gaps whose marker is hard to place: at the very end, and in a claim as large as the ring.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { spawn } from 'node:child_process'
import { createWriter, attachWriter } from 'choose-l2'
import { tmpfs } from '../helpers/faults/disks.js'
import { marker, readMarked, told } from '../helpers/faults/markers.js'
import { tempFolder } from '../helpers/integration/temp-folder.js'
function start(t, options) {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { mode: 'manual', queueSize: 10, dropMarker: marker, ...options })
  t.after(() => writer.stopSync(0))
  return { path, writer }
}
test('to is the time of the last drop, not of the next line', async (t) => {
  const { path, writer } = start(t, { policy: 'drop_newest' })
  for (let n = 0; n < 25; n++) writer.send(`line ${n}`)
  const last = Date.now()
  await new Promise((r) => setTimeout(r, 50))
  await writer.flush(Infinity)
  writer.send('next')
  await writer.stop(Infinity)
  assert.ok(readMarked(path).markers[0].to <= last)
})
for (const policy of ['drop_newest', 'drop_oldest', 'warn'])
  test(`an attached thread that leaves while the queue is full has its gap marked: ${policy}`, async (t) => {
    const { path, writer } = start(t, { policy })
    const attached = attachWriter(writer.handle, { dropMarker: marker })
    for (let n = 0; n < 25; n++) attached.send(`line ${n}`)
    attached.detach()
    await writer.stop(Infinity)
    assert.equal(writer.metrics.dropped, 15)
    assert.equal(told(readMarked(path).markers), 15)
  })
test('a claim with a marker as large as the ring is recovered, not put aside', async (t) => {
  const disk = tmpfs(t, 256 * 1024)
  disk.fill()
  const dir = tempFolder(t)
  const path = join(disk.folder, 'app.log')
  const code = `
    import { createWriter } from 'choose-l2'
    import { marker } from './test/helpers/faults/markers.js'
    const w = createWriter(process.argv[1], { policy: 'drop_oldest', queueBytes: 4096, batchSize: 1, queueDir: process.argv[2], crashSafe: true, dropMarker: marker, mode: 'manual' })
    for (let n = 0; n < 600; n++) w.send('x'.repeat(63))
    w.on('error', () => process.kill(process.pid, 'SIGKILL'))
    w.trigger(); setInterval(() => {}, 100)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, path, dir], {
    stdio: 'inherit',
    cwd: new URL('..', import.meta.url),
  })
  await once(child, 'exit')
  disk.free()
  const writer = createWriter(path, { queueDir: dir })
  const [{ queues }] = await once(writer, 'recovered')
  await writer.stop()
  assert.deepEqual(
    queues.map(({ outcome, lines, reason }) => [outcome, lines, reason]),
    [['recovered', 64, undefined]],
  )
  assert.equal(told(readMarked(path).markers), 600 - 64)
})
test("the in-flight area has its marker's room allocated", async (t) => {
  const disk = tmpfs(t, 256 * 1024)
  const code = `
    import { createWriter } from 'choose-l2'
    import { writeFileSync, statfsSync } from 'node:fs'
    const w = createWriter(process.argv[1] + '/log', { policy: 'drop_oldest', queueBytes: 4096, lanes: 1, batchSize: 1, crashSafe: true, dropMarker: () => 'm'.repeat(900), mode: 'manual' })
    w.on('error', () => {})
    const { bavail, bsize } = statfsSync(process.argv[1])
    writeFileSync(process.argv[1] + '/ballast', Buffer.alloc(bavail * bsize))
    for (let n = 0; n < 600; n++) w.send('x'.repeat(63))
    await w.flush(100); process.exit(0)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, disk.folder], {
    stdio: 'inherit',
    cwd: new URL('..', import.meta.url),
  })
  assert.deepEqual(await once(child, 'exit'), [0, null])
})
