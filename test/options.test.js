// Options: each bad one gives one message that says what was expected and what was given, before any file is
// touched.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { expectTarget, expectTimeout } from '../build/expect.js'
import { resolveOptions } from '../build/options.js'
import { tempFolder } from './helpers/temp-folder.js'

const BAD = [
  {
    name: 'writerType',
    value: 'lines',
    message: "Expected writerType to be 'line' or 'block' or 'mmap', got 'lines'",
  },
  {
    name: 'writerType',
    value: null,
    message: "Expected writerType to be 'line' or 'block' or 'mmap', got null",
  },
  { name: 'mode', value: 'auto', message: "Expected mode to be 'trigger' or 'loop' or 'manual', got 'auto'" },
  {
    name: 'policy',
    value: 5,
    message: "Expected policy to be 'block' or 'drop_oldest' or 'drop_newest' or 'warn', got 5",
  },
  { name: 'queueSize', value: -1, message: 'Expected queueSize to be an integer >= 0, got -1' },
  { name: 'queueSize', value: 1.5, message: 'Expected queueSize to be an integer >= 0, got 1.5' },
  { name: 'queueSize', value: '100', message: "Expected queueSize to be an integer >= 0, got '100'" },
  { name: 'queueSize', value: Number.NaN, message: 'Expected queueSize to be an integer >= 0, got NaN' },
  { name: 'queueSize', value: Infinity, message: 'Expected queueSize to be an integer >= 0, got Infinity' },
  {
    name: 'queueBytes',
    value: 0,
    message: 'Expected queueBytes to be an integer from 1 to 1073741824, got 0',
  },
  {
    name: 'queueBytes',
    value: 2 ** 31,
    message: 'Expected queueBytes to be an integer from 1 to 1073741824, got 2147483648',
  },
  { name: 'lanes', value: 0, message: 'Expected lanes to be an integer from 1 to 1024, got 0' },
  { name: 'lanes', value: 1025, message: 'Expected lanes to be an integer from 1 to 1024, got 1025' },
  { name: 'batchSize', value: 0, message: 'Expected batchSize to be an integer >= 1, got 0' },
  { name: 'flushInterval', value: 0, message: 'Expected flushInterval to be a number >= 1, got 0' },
  { name: 'flushInterval', value: '1s', message: "Expected flushInterval to be a number >= 1, got '1s'" },
  {
    name: 'flushInterval',
    value: Number.NaN,
    message: 'Expected flushInterval to be a number >= 1, got NaN',
  },
  {
    name: 'fileMode',
    value: 0o10000,
    message: 'Expected fileMode to be an integer from 0 to 4095, got 4096',
  },
  { name: 'mkdir', value: 'yes', message: "Expected mkdir to be true or false, got 'yes'" },
  { name: 'append', value: 1, message: 'Expected append to be true or false, got 1' },
  { name: 'thread', value: {}, message: 'Expected thread to be true or false, got an object' },
  { name: 'handleSignals', value: 'no', message: "Expected handleSignals to be true or false, got 'no'" },
  { name: 'encoding', value: 'latin1', message: "Expected encoding to be 'utf8' or 'utf-8', got 'latin1'" },
  { name: 'exitTimeout', value: -5, message: 'Expected exitTimeout to be a number >= 0, got -5' },
]

describe('a bad option', () => {
  let directory
  before(() => {
    directory = tempFolder()
  })

  const expectRefused = (create, message) => {
    assert.throws(create, { name: 'ChooseL2Error', code: 'ERR_INVALID_ARGUMENT', message })
    assert.deepEqual(readdirSync(directory), [], 'no file is touched')
  }
  const path = () => join(directory, 'sub', 'app.log')

  for (const { name, value, message } of BAD) {
    it(`is told, and no file is made: ${message}`, () => {
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
      ['flushIntervall', 'flushInterval'],
      ['flusInterval', 'flushInterval'],
      ['bachSize', 'batchSize'],
      ['qeueuSize', 'queueSize'],
      ['batch', 'batchSize'],
      ['handleSignal', 'handleSignals'],
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
