// Options: each bad one gives one message that says what was expected and what was given, before any file is
// touched.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { expectTarget, expectTimeout, resolveOptions } from '../dist/options.js'

const BAD = [
  ['writerType', 'lines', "Expected writerType to be 'line' or 'block' or 'mmap', got 'lines'"],
  ['writerType', null, "Expected writerType to be 'line' or 'block' or 'mmap', got null"],
  ['mode', 'auto', "Expected mode to be 'trigger' or 'loop' or 'manual', got 'auto'"],
  ['policy', 5, "Expected policy to be 'block' or 'drop_oldest' or 'drop_newest' or 'warn', got 5"],
  ['queueSize', -1, 'Expected queueSize to be an integer >= 0, got -1'],
  ['queueSize', 1.5, 'Expected queueSize to be an integer >= 0, got 1.5'],
  ['queueSize', '100', "Expected queueSize to be an integer >= 0, got '100'"],
  ['queueSize', Number.NaN, 'Expected queueSize to be an integer >= 0, got NaN'],
  ['queueSize', Infinity, 'Expected queueSize to be an integer >= 0, got Infinity'],
  ['queueBytes', 0, 'Expected queueBytes to be an integer from 1 to 1073741824, got 0'],
  ['queueBytes', 2 ** 31, 'Expected queueBytes to be an integer from 1 to 1073741824, got 2147483648'],
  ['lanes', 0, 'Expected lanes to be an integer from 1 to 1024, got 0'],
  ['lanes', 1025, 'Expected lanes to be an integer from 1 to 1024, got 1025'],
  ['batchSize', 0, 'Expected batchSize to be an integer >= 1, got 0'],
  ['flushInterval', 0, 'Expected flushInterval to be a number >= 1, got 0'],
  ['flushInterval', '1s', "Expected flushInterval to be a number >= 1, got '1s'"],
  ['flushInterval', Number.NaN, 'Expected flushInterval to be a number >= 1, got NaN'],
  ['fileMode', 0o10000, 'Expected fileMode to be an integer from 0 to 4095, got 4096'],
  ['mkdir', 'yes', "Expected mkdir to be true or false, got 'yes'"],
  ['append', 1, 'Expected append to be true or false, got 1'],
  ['thread', {}, 'Expected thread to be true or false, got an object'],
  ['handleSignals', 'no', "Expected handleSignals to be true or false, got 'no'"],
  ['encoding', 'latin1', "Expected encoding to be 'utf8' or 'utf-8', got 'latin1'"],
  ['exitTimeout', -5, 'Expected exitTimeout to be a number >= 0, got -5'],
]

describe('a bad option', () => {
  let directory
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'choose-l2-options-'))
  })
  after(() => rmSync(directory, { recursive: true }))

  const expectRefused = (create, message) => {
    assert.throws(create, { name: 'ChooseL2Error', code: 'ERR_INVALID_ARGUMENT', message })
    assert.deepEqual(readdirSync(directory), [], 'no file is touched')
  }
  const path = () => join(directory, 'sub', 'app.log')

  for (const [name, value, message] of BAD) {
    it(`${name}: ${String(value)} is told, and no file is made`, () => {
      expectRefused(() => createWriter(path(), { [name]: value }), message)
    })
  }

  it('is told by the constructors of the writers too', () => {
    expectRefused(
      () => new BlockBufferedWriter(new Q(), path(), 'auto'),
      "Expected mode to be 'trigger' or 'loop' or 'manual', got 'auto'",
    )
    expectRefused(
      () => new BlockBufferedWriter(new Q(), path(), 'trigger', { batchSize: -1 }),
      'Expected batchSize to be an integer >= 1, got -1',
    )
  })

  it('with an unknown name is told, with the name that was meant', () => {
    for (const [wrong, right] of [
      ['queue_size', 'queueSize'],
      ['QueueSize', 'queueSize'],
      ['flush-interval', 'flushInterval'],
      ['writertype', 'writerType'],
    ]) {
      const message = `Expected a known option, got '${wrong}'. Did you mean ${right}?`
      expectRefused(() => createWriter(path(), { [wrong]: 1 }), message)
    }
    expectRefused(
      () => createWriter(path(), { colour: 'red' }),
      /^Expected a known option, got 'colour'\. Known options: writerType, mode, policy, .*exitTimeout$/,
    )
  })

  it('that is no object is told', () => {
    for (const options of [null, 5, 'line']) {
      expectRefused(() => createWriter(path(), options), /^Expected options to be an object, got /)
    }
  })

  it('before a bad path, and a bad path as well', () => {
    for (const target of ['', undefined, null, -1, 1.5, {}, 'a\0b', new URL('https://example.org/app.log')]) {
      expectRefused(
        () => createWriter(target),
        /^Expected path to be a path, a file: URL or a file descriptor/,
      )
    }
  })
})

describe('options', () => {
  it('that are left out have their defaults', () => {
    const { writerType, mode, policy, queueSize, batchSize, flushInterval } = resolveOptions()
    assert.deepEqual(
      { writerType, mode, policy, queueSize, batchSize, flushInterval },
      {
        writerType: 'block',
        mode: 'trigger',
        policy: 'block',
        queueSize: 10_000,
        batchSize: 100,
        flushInterval: 100,
      },
    )
    assert.equal(resolveOptions().queueBytes, 4 * 1024 * 1024)
  })

  it('that are undefined count as left out', () => {
    assert.deepEqual(resolveOptions({ mode: undefined, batchSize: undefined }), resolveOptions())
  })

  it('at their limits are accepted', () => {
    for (const options of [
      { queueSize: 0 },
      { queueSize: 1, batchSize: 1, queueBytes: 1, lanes: 1 },
      { queueBytes: 2 ** 30, lanes: 1024, flushInterval: 1, exitTimeout: 0, fileMode: 0 },
      { fileMode: 0o7777, encoding: 'utf-8', flushInterval: 0.5 + 1 },
    ]) {
      assert.deepEqual(resolveOptions(options), { ...resolveOptions(), ...options })
    }
  })

  it('of the caller are not changed', () => {
    const options = Object.freeze({ mode: 'loop' })
    assert.equal(resolveOptions(options).mode, 'loop')
  })
})

it('a time limit is a number of milliseconds or Infinity', () => {
  for (const timeout of [0, 1, 2.5, 2 ** 31 - 1, Infinity]) assert.equal(expectTimeout(timeout), undefined)
  for (const timeout of [-1, Number.NaN, '5', undefined, null, -Infinity, 5n]) {
    assert.throws(() => expectTimeout(timeout), {
      code: 'ERR_INVALID_ARGUMENT',
      message: /^Expected timeout/,
    })
  }
})

it('a target is a path, a file: URL or a descriptor', () => {
  for (const target of ['app.log', new URL('file:///tmp/app.log'), 0, 1, 3]) {
    assert.equal(expectTarget(target), undefined)
  }
})
