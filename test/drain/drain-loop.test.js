// The drain loop turn by turn: what it writes when, what its answers mean, and when it ends.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { leaveLane } from '../../build/queue/lanes.js'
import { L_STATE, LANE_FREE } from '../../build/queue/layout.js'
import { DrainFixture } from '../helpers/drain.js'

const NEVER = 0x7fffffff

describe('a turn', () => {
  it('writes what waits and counts it', () => {
    const drain = new DrainFixture()
    drain.send('a', 'b')
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, ['a', 'b'])
    assert.equal(drain.record.flushes, 1)
    assert.equal(drain.totals.written, 2)
    assert.equal(drain.control.isWriting, false)
  })

  it('writes nothing before it is due, and then everything', () => {
    const drain = new DrainFixture({ writerType: 'block', flushIntervalMs: 50 })
    drain.send('a')
    const rest = drain.loop.turn()
    assert.equal(drain.sink.writes, 0)
    assert.equal(rest.ms, 50)
    drain.clock.advance(49)
    drain.send('b')
    drain.loop.turn()
    assert.equal(drain.sink.writes, 0)
    drain.clock.advance(1)
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, ['a', 'b'])
  })

  it('in loop mode writes at the ticks', () => {
    const drain = new DrainFixture({ mode: 'loop', flushIntervalMs: 100 }) // the clock begins at 5000
    drain.clock.advanceTo(5080)
    drain.send('a')
    assert.equal(drain.loop.turn().ms, 20)
    drain.clock.advanceTo(5100)
    drain.loop.turn()
    drain.clock.advanceTo(5150)
    drain.send('b')
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, ['a'])
    drain.clock.advanceTo(5200)
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, ['a', 'b'])
  })

  it('continues a short write exactly where it stopped', () => {
    const drain = new DrainFixture({ bytes: 128, at: -3, atByte: -20 })
    drain.sink.most = 7
    const lines = ['first line', 'zweite Zeile mit ü', 'third line']
    drain.send(...lines)
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, lines)
    assert.ok(drain.sink.writes > 5)
    assert.equal(drain.record.flushes, drain.sink.writes)
  })

  it('says whether what came meanwhile is a reason not to rest', () => {
    const drain = new DrainFixture()
    const rest = drain.loop.turn()
    assert.equal(drain.loop.isWokenBy(rest), false)
    drain.send('a')
    assert.equal(drain.loop.isWokenBy({ ms: 1, lines: 2, bytes: NEVER }), false)
    assert.equal(drain.loop.isWokenBy(rest), false, 'it was seen')
    drain.send('b')
    assert.equal(drain.loop.isWokenBy({ ms: 1, lines: NEVER, bytes: 4 }), true)
    drain.send('c')
    assert.equal(drain.loop.isWokenBy(rest), true)
  })

  it('looks for dead threads now and then, not every time', () => {
    const drain = new DrainFixture()
    drain.loop.turn()
    drain.loop.turn()
    assert.equal(drain.reaps, 1)
    drain.clock.advance(1000)
    drain.loop.turn()
    assert.equal(drain.reaps, 2)
  })

  it('sets a drained lane free whose thread has left', () => {
    const drain = new DrainFixture({ lanes: 2 })
    drain.queue.producers[1].push(['last words'])
    leaveLane(drain.queue.laneAt(1))
    drain.loop.turn()
    drain.loop.turn()
    assert.equal(drain.queue.laneAt(1).words[L_STATE], LANE_FREE)
    assert.deepEqual(drain.sink.lines, ['last words'])
  })
})

describe('manual mode', () => {
  it('writes nothing until it is asked', () => {
    const drain = new DrainFixture({ mode: 'manual' })
    drain.send('a')
    drain.clock.advance(1e6)
    drain.loop.turn()
    assert.equal(drain.sink.writes, 0)
    drain.control.ask('flush')
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, ['a'])
    drain.send('b')
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, ['a'])
  })

  it('writes when a producer waits for room, and tells it', () => {
    const drain = new DrainFixture({ mode: 'manual', lines: 1 })
    drain.send('a')
    const seen = drain.doorbell.wantRoom()
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, ['a'])
    drain.doorbell.waitForRoom(seen, NEVER)
    assert.equal(drain.doorbell.isRoomWanted, false)
  })
})

describe('a flush', () => {
  it('is answered when everything sent before is written, also before it is due', () => {
    const drain = new DrainFixture({ writerType: 'block', flushIntervalMs: 1000 })
    drain.send('a')
    const ticket = drain.control.ask('flush')
    drain.loop.turn()
    assert.equal(drain.control.answer('flush', ticket), true)
    assert.deepEqual(drain.sink.lines, ['a'])
  })

  it('of nothing is answered too', () => {
    const drain = new DrainFixture()
    const ticket = drain.control.ask('flush')
    drain.loop.turn()
    assert.equal(drain.control.answer('flush', ticket), true)
  })

  it('is answered once for all who asked, and not for who asks during the write', () => {
    const drain = new DrainFixture()
    drain.send('a')
    const early = [drain.control.ask('flush'), drain.control.ask('flush')]
    let late
    const write = drain.sink.write.bind(drain.sink)
    drain.sink.write = (ranges) => {
      late ??= drain.control.ask('flush')
      return write(ranges)
    }
    drain.loop.turn()
    assert.deepEqual(
      [...early, late].map((ticket) => drain.control.answer('flush', ticket)),
      [true, true, null],
    )
    drain.loop.turn()
    assert.equal(drain.control.answer('flush', late), true)
  })

  it('covers the lines of every lane', () => {
    const drain = new DrainFixture({ lanes: 3 })
    drain.queue.producers.forEach((producer, n) => producer.push([`from lane ${n}`]))
    drain.control.ask('flush')
    drain.loop.turn()
    assert.deepEqual(drain.sink.lines, ['from lane 0', 'from lane 1', 'from lane 2'])
  })
})

describe('a sync', () => {
  it('writes what waits, and then brings it onto the disk', () => {
    const drain = new DrainFixture({ writerType: 'block' })
    drain.send('a')
    const ticket = drain.control.ask('sync')
    drain.sink.sync = () => assert.deepEqual(drain.sink.lines, ['a'])
    drain.loop.turn()
    assert.equal(drain.control.answer('sync', ticket), true)
  })

  it('that the disk does not confirm is never reported as done', () => {
    const drain = new DrainFixture()
    drain.send('a')
    drain.sink.failSyncWith('EIO')
    const ticket = drain.control.ask('sync')
    drain.loop.turn()
    assert.equal(drain.control.answer('sync', ticket), false)
    assert.equal(drain.record.errors, 1)
    assert.deepEqual(
      drain.events.map(({ type, during, error }) => [type, during, error.code]),
      [['error', 'sync', 'EIO']],
    )
    drain.loop.turn()
    assert.equal(drain.control.answer('sync', ticket), false)
    assert.equal(drain.sink.syncs, 0, 'nobody asked again')
    assert.deepEqual(drain.sink.lines, ['a'], 'lines are written nevertheless')
  })
})

describe('a stop', () => {
  it('ends the loop when all lanes are empty', () => {
    const drain = new DrainFixture({ lanes: 2, mode: 'manual' })
    drain.queue.producers[0].push(['a'])
    drain.queue.producers[1].push(['b'])
    const ticket = drain.control.ask('stop')
    drain.loop.turn()
    assert.equal(drain.loop.isOver, true)
    assert.equal(drain.control.answer('stop', ticket), true)
    assert.deepEqual(drain.sink.lines, ['a', 'b'])
    assert.equal(drain.sink.closes, 1)
  })

  it('writes lines that come during the last write before it ends', () => {
    const drain = new DrainFixture({ lanes: 2 })
    drain.send('a')
    const write = drain.sink.write.bind(drain.sink)
    let late = 0
    drain.sink.write = (ranges) => {
      if (late++ < 3) drain.queue.producers[1].push([`late ${late}`])
      return write(ranges)
    }
    drain.control.ask('stop')
    drain.turnUntil(() => drain.loop.isOver)
    assert.deepEqual(drain.sink.lines, ['a', 'late 1', 'late 2', 'late 3'])
    assert.equal(drain.totals.open, 0)
  })

  it('of the queue ends the loop too', () => {
    const drain = new DrainFixture({ writerType: 'block', flushIntervalMs: 1e6 })
    drain.send('a')
    drain.doorbell.stop()
    drain.loop.turn()
    assert.equal(drain.loop.isOver, true)
    assert.equal(drain.control.isStopped, true)
    assert.deepEqual(drain.sink.lines, ['a'])
  })

  it('wakes producers that wait for room', () => {
    const drain = new DrainFixture()
    const seen = drain.doorbell.wantRoom()
    drain.control.ask('stop')
    drain.loop.turn()
    drain.doorbell.waitForRoom(seen, NEVER)
    assert.equal(drain.loop.isOver, true)
  })

  it('reports an error while closing, and ends', () => {
    const drain = new DrainFixture()
    drain.sink.close = () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' })
    }
    drain.control.ask('stop')
    drain.loop.turn()
    assert.equal(drain.loop.isOver, true)
    assert.equal(drain.record.errors, 1)
    assert.equal(drain.events[0].error.code, 'EIO')
  })
})
