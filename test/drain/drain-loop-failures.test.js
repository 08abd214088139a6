// The drain loop on a disk that fails: nothing is lost, it is told, tried again, and goes on by itself.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DrainFixture } from '../helpers/drain.js'
import { SinkFailingAt } from '../helpers/memory-sink.js'

const errorCodes = (drain) =>
  drain.events.filter(({ type }) => type === 'error').map(({ error }) => error.code)

for (const { name, size } of [
  { name: 'from the ring', size: {} },
  { name: 'from copied claims', size: { copied: true } },
]) {
  describe(`a failing disk, written ${name}`, () => {
    for (const code of ['ENOSPC', 'EIO', 'EPIPE']) {
      it(`${code}: is counted, told, tried again later each time, and writing resumes`, () => {
        const drain = new DrainFixture(size)
        drain.send('a', 'b')
        drain.sink.failWith(code, 4)
        const rests = drain.turnUntil(() => drain.sink.writes > 0)
        assert.deepEqual(rests.slice(0, 4), [10, 20, 40, 80])
        assert.equal(drain.record.errors, 4)
        assert.deepEqual(errorCodes(drain), [code, code, code, code])
        assert.deepEqual(drain.sink.lines, ['a', 'b'])
        assert.deepEqual(drain.totals, { enqueued: 2, written: 2, dropped: 0, waiting: 0, open: 0 })
      })
    }

    for (const code of ['EAGAIN', 'EINTR']) {
      it(`${code}: is retried soon, quietly, and not counted`, () => {
        const drain = new DrainFixture(size)
        drain.send('a')
        drain.sink.failWith(code, 6)
        const rests = drain.turnUntil(() => drain.sink.writes > 0)
        assert.deepEqual(rests.slice(0, 6), [1, 2, 4, 8, 16, 20])
        assert.equal(drain.record.errors, 0)
        assert.deepEqual(drain.events, [])
        assert.deepEqual(drain.sink.lines, ['a'])
      })
    }

    it('is not asked during the wait, and lines that come meanwhile wait too', () => {
      const drain = new DrainFixture(size)
      drain.send('a')
      drain.sink.failWith('ENOSPC')
      drain.loop.turn()
      drain.send('b')
      drain.clock.advance(9)
      const rest = drain.loop.turn()
      assert.equal(rest.ms, 1)
      assert.equal(drain.sink.writes, 0)
      assert.equal(drain.loop.isWokenBy(rest), false)
      drain.clock.advance(1)
      drain.loop.turn()
      assert.deepEqual(drain.sink.lines, ['a', 'b'])
    })

    for (const request of ['flush', 'sync', 'stop']) {
      it(`is tried at once when ${request} is asked for during the wait, once for each`, () => {
        const drain = new DrainFixture(size)
        drain.send('a')
        drain.sink.failWith('ENOSPC', 100)
        drain.loop.turn()
        const ticket = drain.control.ask(request)
        drain.loop.turn()
        assert.equal(drain.record.errors, 2, 'tried')
        drain.loop.turn()
        assert.equal(drain.record.errors, 2, 'and waits again')
        assert.equal(drain.control.answer(request, ticket), null)
        drain.sink.heal()
        drain.turnUntil(() => drain.control.answer(request, ticket) !== null)
        assert.equal(drain.control.answer(request, ticket), true)
        assert.deepEqual(drain.sink.lines, ['a'])
      })
    }

    it('begins with short waits again after a success', () => {
      const drain = new DrainFixture(size)
      drain.send('a')
      drain.sink.failWith('EIO', 5)
      drain.turnUntil(() => drain.sink.writes > 0)
      drain.send('b')
      drain.sink.failWith('EIO')
      assert.equal(drain.loop.turn().ms, 10)
    })

    it('in the middle of a short write goes on exactly where it stopped', () => {
      const drain = new DrainFixture({ ...size, bytes: 64, atByte: -10 })
      drain.sink.most = 4
      const write = drain.sink.write.bind(drain.sink)
      let calls = 0
      drain.sink.write = (ranges) => {
        if (++calls % 2 === 0) drain.sink.failWith(calls % 4 === 0 ? 'ENOSPC' : 'EAGAIN')
        return write(ranges)
      }
      drain.send('first', 'second ü', 'third')
      drain.turnUntil(() => drain.totals.written === 3)
      assert.deepEqual(drain.sink.lines, ['first', 'second ü', 'third'])
    })

    it('does not end with a stop while lines wait, and does when the disk works', () => {
      const drain = new DrainFixture(size)
      drain.send('a')
      drain.sink.failWith('ENOSPC', 50)
      drain.control.ask('stop')
      for (let n = 0; n < 30; n++) drain.clock.advance(Math.max(0, drain.loop.turn().ms))
      assert.equal(drain.loop.isOver, false)
      assert.equal(drain.control.isStopped, false)
      assert.equal(drain.sink.closes, 0)
      drain.turnUntil(() => drain.loop.isOver)
      assert.deepEqual(drain.sink.lines, ['a'])
    })

    it('a loop that takes over goes on with the line that its predecessor could not write', () => {
      const drain = new DrainFixture({ ...size, sink: new SinkFailingAt('a\n'.length) })
      drain.send('a', 'b')
      drain.loop.turn()
      assert.equal(drain.sink.content.toString(), 'a\n')
      drain.takeOver()
      drain.send('c')
      drain.turnUntil(() => drain.totals.open === 0)
      assert.deepEqual(drain.sink.lines, ['a', 'b', 'c'])
    })
  })
}

it('a queue that lost lines tells when there is room again', () => {
  const drain = new DrainFixture({ lines: 2 })
  drain.sink.failWith('ENOSPC')
  assert.equal(drain.send('a', 'b', 'c'), 2)
  drain.queue.producers[0].refuse(1)
  drain.doorbell.noteFull()
  drain.loop.turn()
  assert.deepEqual(errorCodes(drain), ['ENOSPC'])
  assert.equal(drain.events.length, 1)
  drain.clock.advance(10)
  drain.loop.turn()
  assert.deepEqual(drain.events.at(-1), { type: 'drain' })
  assert.deepEqual(drain.totals, { enqueued: 3, written: 2, dropped: 1, waiting: 0, open: 0 })
})

it('under drop_oldest lines are dropped while the disk fails, and what was claimed is written first', () => {
  const drain = new DrainFixture({ lines: 3, bytes: 64, copied: true })
  const [producer] = drain.queue.producers
  drain.send('claimed')
  drain.sink.failWith('ENOSPC', 3)
  drain.loop.turn()
  for (let n = 0; n < 50; n++) {
    if (drain.send(`${n}`) === 1) continue
    assert.equal(producer.dropOldest(1, 3), 1)
    assert.equal(drain.send(`${n}`), 1)
  }
  drain.turnUntil(() => drain.totals.open === 0)
  assert.deepEqual(drain.sink.lines, ['claimed', '47', '48', '49'])
  assert.equal(drain.totals.dropped, 47)
})

it('a log that cannot be read after a takeover is tried again, and no line is written twice', () => {
  const drain = new DrainFixture({ sink: new SinkFailingAt('a\n'.length) })
  drain.send('a', 'b')
  drain.loop.turn()
  const alreadyWritten = drain.sink.alreadyWritten.bind(drain.sink)
  let reads = 0
  drain.sink.alreadyWritten = (...args) => {
    if (++reads < 3) throw Object.assign(new Error('EIO: injected'), { code: 'EIO' })
    return alreadyWritten(...args)
  }
  drain.takeOver()
  drain.turnUntil(() => drain.totals.open === 0)
  assert.deepEqual(drain.sink.lines, ['a', 'b'])
  assert.deepEqual(errorCodes(drain), ['EIO', 'EIO', 'EIO'])
})

it('a file whose length cannot be set is reported when the loop gives its role away, and at the end', () => {
  const drain = new DrainFixture()
  drain.sink.close = () => {
    throw Object.assign(new Error('EROFS: injected'), { code: 'EROFS' })
  }
  assert.equal(drain.loop.close(), false)
  drain.control.ask('stop')
  drain.turnUntil(() => drain.loop.isOver)
  assert.deepEqual(errorCodes(drain), ['EROFS', 'EROFS'])
  assert.equal(drain.record.errors, 2)
  assert.equal(drain.control.hasTail, true)
})
