// Answers of the drain loop that somebody may read late, and rests that nobody ends.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { DrainFixture } from '../helpers/drain.js'
import { Control } from '../../build/drain/protocol.js'

it('a sync that failed is not reported as done by a later one that succeeded', () => {
  const control = new Control()
  const first = control.ask('sync')
  control.settle('sync', first, false)
  const second = control.ask('sync')
  control.settle('sync', second, true)
  // The first asker wakes up only now. What the kernel could not write it has forgotten.
  assert.equal(control.answer('sync', first), false)
  assert.equal(control.answer('sync', second), true)
})

it('a stop does not rest while lines that came late wait', () => {
  const drain = new DrainFixture({ mode: 'manual' })
  drain.send('a')
  drain.control.ask('stop')
  const write = drain.sink.write.bind(drain.sink)
  drain.sink.write = (ranges) => {
    drain.sink.write = write
    drain.send('late') // nobody rings for it: no line wakes a manual writer
    return write(ranges)
  }
  const rest = drain.loop.turn()
  assert.ok(drain.loop.isOver || rest.ms <= 1, `rests for ${rest.ms} ms although it was stopped`)
})
