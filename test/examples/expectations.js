// What each example prints, and what its log holds afterwards; no log = it must not write one.

import assert from 'node:assert/strict'

/** A log of exactly these lines. */
function exactly(...lines) {
  return (text) => assert.equal(text, lines.map((line) => `${line}\n`).join(''))
}

/** A log of `count` lines, the first and the last given. */
function numbered(count, first, last) {
  return (text) => {
    const lines = text.split('\n')
    assert.equal(lines.pop(), '')
    assert.deepEqual([lines.length, lines[0], lines.at(-1)], [count, first, last])
  }
}

/** A log of as many lines, each of which matches. */
function matching(...patterns) {
  return (text) => {
    const lines = text.trimEnd().split('\n')
    assert.equal(lines.length, patterns.length)
    patterns.forEach((pattern, n) => assert.match(lines[n], pattern))
  }
}

const range = (count) => Array.from({ length: count }, (_, index) => index + 1)

export const expectations = {
  'default.js': {
    prints: [/round 8: send\(\) took \d+ ns a line/, /everything written: true; lines in the file: 40000/],
    log: numbered(40_000, 'Log line 1 of round 1', 'Log line 5000 of round 8'),
  },
  'manual-mode.js': {
    prints: [
      /step 1 sent: 10 lines wait, 0 in the file/,
      /step 3 sent: 10 lines wait, 20 in the file/,
      /after the last flush: 30 in the file/,
      /after stop: 31 in the file/,
    ],
    log: numbered(31, 'step 1, record 1', 'the last word'),
  },
  'loop-mode.js': {
    prints: [/beat: \d+ lines written in \d+ writes/, /stopped: (\d+) lines sent, \1 written/],
    log: (text) => assert.match(text, /^measurement 1\nmeasurement 2\n/),
  },
  'worker-threads.js': {
    prints: [
      /4001 lines from 4 workers and the main thread/,
      ...range(4).map((name) => new RegExp(`worker ${name}: 1000 lines, in order: true`)),
    ],
    log: (text) => assert.equal(text.split('\n').length - 1, 4001),
  },
  'policies.js': {
    prints: [
      /said yes 25 times; 25 enqueued = 25 written \+ 0 dropped/,
      /said yes 10 times; 25 enqueued = 10 written \+ 15 dropped/,
      /begins with 'line 1' and ends with 'line 10'/,
      /said yes 25 times; 25 enqueued = 10 written \+ 15 dropped/,
      /begins with 'line 16' and ends with 'line 25'/,
      /event: 15 lines were dropped/,
    ],
    log: exactly(...range(10).map((n) => `line ${n + 15}`)),
  },
  'line-writer.js': {
    prints: range(5).map((n) => new RegExp(`tail printed 'request ${n} answered' after`)),
    log: exactly(...range(5).map((n) => `request ${n} answered`)),
  },
  'mmap-writer.js': {
    prints: [/after stop it is exact: 10000 bytes/],
    log: numbered(1000, 'line 0001', 'line 1000'),
  },
  'stdout.js': {
    prints: [/^(line \d+ to fd:1\n){10}$/],
  },
  'queue.js': {
    prints: [
      /nothing there yet: No line arrived within 10 ms/,
      /drain: \["from the main thread"\]/,
      /1000 lines came from the worker, the last was 'job 1000'; stopped: true/,
    ],
  },
  'writer-on-a-queue.js': {
    prints: [/all written: true/, /lines in the file: 501, running: false/],
    log: (text) => {
      const lines = text.trimEnd().split('\n')
      const put = lines.filter((line) => line.startsWith('put '))
      assert.deepEqual(
        put,
        range(500).map((n) => `put ${n}`),
      )
      assert.ok(lines.includes('sent directly, through a lane of its own'))
    },
  },
  'flush-and-sync.js': {
    prints: [
      /^flush: true, the file ends with 'order 1 accepted'$/m,
      /^sync: true, the file ends with 'order 1 paid'$/m,
      /^flushSync: true, the file ends with 'order 1 shipped'$/m,
      /^stop: true, the file ends with 'done'$/m,
    ],
    log: exactly('order 1 accepted', 'order 1 paid', 'order 1 shipped', 'done'),
  },
  'graceful-shutdown.js': {
    prints: [/^SIGTERM: closing the server, then the log\neverything written: true\n/],
    log: exactly('GET /one', 'GET /two', 'GET /three', 'the server is closed'),
  },
  'disposal.js': {
    prints: [/^stopped: true; the file says:$/m, /^and then: from a block without await$/m],
    log: exactly('inside the block', 'caught: something went wrong', 'from a block without await'),
  },
  'recover.js': {
    prints: [
      /^ended by SIGKILL; lines in the log: 0$/m,
      /^waiting in a queue file: 1000 lines\nrecovered: 1000 lines$/m,
      /^lines in the log: 1000; queue files left: 0$/m,
    ],
    log: numbered(1000, 'order 1', 'order 1000'),
  },
  'rotation.js': {
    prints: [/^6 rotations; 3 archives are left, the largest has 9\d{3} bytes$/m],
    log: (text) => assert.equal(text, ''),
  },
  'full-disk.js': {
    prints: [
      /event: ERR_WRITE_FAILED, caused by ENOSPC/,
      /flush within 500 ms: false/,
      /accepted: true\n.*stop within 200 ms: false/,
      /pending: 2, dropped: 0, failed writes counted: true/,
    ],
  },
  'bad-arguments.js': {
    prints: [
      /ERR_INVALID_ARGUMENT\n {2}Expected queueSize to be an integer >= 0, got -1/,
      /Did you mean flushInterval\?/,
      /ERR_OPEN_FAILED \(cause: ENOTDIR\)/,
      /ERR_WRITER_CLOSED/,
    ],
    log: exactly(),
  },
  'metrics.js': {
    prints: [
      /in the middle: adds up: true/,
      /enqueued: 20000,\s+written: 20000,\s+dropped: 0,\s+pending: 0,\s+errors: 0,\s+bytesWritten: 208894/,
      /on its own: \{ enqueued: 3, written: 2, dropped: 1, errors: 0, pending: 0 \}/,
    ],
    log: numbered(20_000, 'line 1', 'line 20000'),
  },
  'backpressure.js': {
    prints: [/20000 lines written, 0 dropped, through a queue of 100 lines/, /the event loop went on: true/],
    log: numbered(20_000, `record 1 ${'.'.repeat(500)}`, `record 20000 ${'.'.repeat(500)}`),
  },
  'send-lines.js': {
    prints: [/50000 lines came in far fewer blocks/, /first 'output 1', last 'output 50000'/],
    log: numbered(50_000, 'output 1', 'output 50000'),
  },
  'hosts/bunyan.js': { prints: [], log: matching(/"msg":"a line"/, /"request":1.*"msg":"another line"/) },
  'hosts/child-process.js': {
    prints: [/5000 lines written/],
    log: numbered(5000, 'output 1', 'output 5000'),
  },
  'hosts/console.js': { prints: [], log: exactly('a line from a console', 'and an error') },
  'hosts/fastify.js': {
    prints: [/hello/],
    log: matching(/incoming request/, /a line of the application/, /request completed/),
  },
  'hosts/log4js.js': { prints: [], log: exactly('a line', 'another line') },
  'hosts/logtape.js': { prints: [], log: matching(/"message":"a line"/, /"message":"another line"/) },
  'hosts/morgan.js': { prints: [/hello/], log: exactly('GET / 200', 'GET /missing 404') },
  'hosts/nest.js': {
    prints: [],
    log: matching(/Starting Nest application/, /AppModule dependencies initialized/, /"a line"/),
  },
  'hosts/pino.js': {
    prints: [],
    log: exactly('{"level":30,"msg":"a line"}', '{"level":40,"request":1,"msg":"another line"}'),
  },
  'hosts/tslog.js': { prints: [], log: matching(/"a line"/, /"another line"/) },
  'hosts/winston.js': {
    prints: [],
    log: exactly(
      '{"level":"info","message":"a line"}',
      '{"level":"warn","message":"another line","request":1}',
    ),
  },
}
