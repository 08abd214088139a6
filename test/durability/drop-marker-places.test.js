// Gaps whose marker is hard to place: at the very end, and in a claim as large as the ring.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWriter, attachWriter } from 'choose-l2'
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
