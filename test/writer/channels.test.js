// The channels of node:diagnostics_channel: one message at each edge, to those who have subscribed.

import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

/** The messages of one channel about one log, from now on. */
function listen(t, name, path) {
  const messages = []
  const listener = (message) => message.path === path && messages.push(message)
  subscribe(`choose-l2:writer:${name}`, listener)
  t.after(() => unsubscribe(`choose-l2:writer:${name}`, listener))
  return messages
}

describe('subscribers hear', () => {
  it('of dropped lines, as a sum', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const messages = listen(t, 'drop', path)
    const writer = createWriter(path, { mode: 'manual', policy: 'drop_newest', queueSize: 10 })
    for (let n = 0; n < 1010; n++) writer.send('a line')
    await writer.stop()
    assert.equal(
      messages.reduce((sum, { lines }) => sum + lines, 0),
      1000,
    )
    assert.ok(messages.length < 10)
  })

  it('of a rotation', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const messages = listen(t, 'rotate', path)
    const writer = createWriter(path, { rotate: '1MB' })
    writer.send('a line')
    await writer.rotate()
    await writer.stop()
    assert.equal(messages.length, 1)
    assert.ok(messages[0].rotation)
  })

  it('of an error, also where the writer has a listener', async (t) => {
    const messages = listen(t, 'error', '/dev/full')
    const writer = createWriter('/dev/full', { exitTimeout: 0 })
    const heard = []
    writer.on('error', (error) => heard.push(error))
    writer.send('a line')
    await until(() => messages.length > 0)
    assert.equal(messages[0].error.code, 'ERR_WRITE_FAILED')
    assert.ok(heard.includes(messages[0].error))
    await writer.stop(0)
  })

  it('of a send that has waited', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const messages = listen(t, 'blocked', path)
    const writer = createWriter(path, { queueSize: 2 })
    for (let n = 0; n < 10_000; n++) writer.send('a line')
    await until(() => messages.length > 0)
    assert.ok(messages[0].ms > 0)
    await writer.stop()
    assert.ok(writer.metrics.blockedMs >= messages[0].ms)
  })
})
