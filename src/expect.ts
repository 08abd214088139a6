// Checks of what callers pass, and the errors for what is not as expected: what was expected, what came, what to do.

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect, types } from 'node:util'
import { LONGEST_MS, QueuePolicy } from './constants.js'
import { ChooseL2Error } from './errors.js'
import { LONGEST_MARKER } from './queue/drop-marker.js'
import { MAX_DATA_CAPACITY, MAX_LINE_LIMIT, MOST_LANES } from './queue/layout.js'
import { closest } from './suggest.js'

/** Checks that these are options, of which every name is known. */
export function expectOptions(options: unknown, known: readonly string[]): void {
  expectObject(options)
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw unknownOption(name, known)
  }
}

/** Checks that these can be options. */
export function expectObject(options: unknown): asserts options is object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return
  throw invalid('options', 'to be an object', options)
}

/** Checks a switch. */
export function expectBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw invalid(name, 'to be true or false', value)
}

/** Checks the path of a folder or file. */
export function expectPath(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '' || value.includes('\0'))
    throw invalid(name, 'to be a path', value)
}

/** Resolves a path against the working directory. Throws ERR_OPEN_FAILED if that was deleted. */
export function absolutePath(path: string): string {
  try {
    return resolve(path)
  } catch (cause) {
    const message = `Could not find ${path}: the working directory of this process was deleted. Pass an absolute path`
    throw new ChooseL2Error('ERR_OPEN_FAILED', message, { cause })
  }
}

/** Checks the options of a queue. */
export function expectQueueOptions(options: { readonly queueBytes?: number; readonly lanes?: number }): void {
  expectInteger('queueBytes', options.queueBytes, 1, MAX_DATA_CAPACITY)
  expectInteger('lanes', options.lanes, 1, MOST_LANES)
}

/** Checks the first argument of a writer. */
export function expectTarget(target: unknown): asserts target is string | URL | number {
  if (typeof target === 'number') {
    if (Number.isInteger(target) && target >= 0) return
  } else if (isUrl(target)) {
    if (isFileUrl(target)) return
  } else if (typeof target === 'string' && target !== '') {
    if (!target.includes('\0')) return
  }
  throw invalid('path', 'to be a path, a file: URL or a file descriptor', target)
}

function isUrl(value: unknown): value is URL {
  return !types.isProxy(value) && value instanceof URL // instanceof asks a proxy's handler, which may throw
}

/** A URL that is the path of a file: not of another host, and without an encoded '/' or NUL. */
function isFileUrl(url: URL): boolean {
  try {
    return !fileURLToPath(url).includes('\0')
  } catch {
    return false // the message says what is expected
  }
}

/** Checks a time limit in milliseconds. */
export function expectTimeout(timeout: unknown): asserts timeout is number {
  if (timeout !== Infinity) expectNumber('timeout', timeout, 0, LONGEST_MS)
}

/** Checks the text of a drop marker. */
export function expectDropMarker(marker: unknown): void {
  if (marker === null) return
  const isText = typeof marker === 'string' && marker !== ''
  if (isText && Buffer.byteLength(marker) <= LONGEST_MARKER) return
  const expected = `to be a text of at most ${LONGEST_MARKER} bytes, such as '{lines} lines dropped within {ms} ms'`
  throw invalid('dropMarker', expected, marker)
}

/** Checks a policy. */
export function expectPolicy(policy: unknown): asserts policy is QueuePolicy {
  expectOneOf('policy', policy, Object.values(QueuePolicy))
}

/** Checks a whole number within bounds. */
export function expectInteger(name: string, value: unknown, least: number, most: number): void {
  if (!Number.isInteger(value)) throw invalid(name, `to be an integer ${range(least, most, value)}`, value)
  expectNumber(name, value, least, most, 'an integer')
}

/** The error for a value that is not what was expected. */
export function invalid(name: string, expected: string, got: unknown, advice = ''): ChooseL2Error {
  const message = `Expected ${name} ${expected}, got ${show(got)}${advice}`
  return new ChooseL2Error('ERR_INVALID_ARGUMENT', message)
}

/** Checks a number within bounds. */
export function expectNumber(
  name: string,
  value: unknown,
  least: number,
  most: number,
  kind = 'a number',
): void {
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw invalid(name, `to be ${kind} ${range(least, most, value)}`, value)
  }
}

/** Checks one of some words. */
export function expectOneOf(name: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return
  throw invalid(name, `to be ${choices.map((choice) => `'${choice}'`).join(' or ')}`, value)
}

/** The upper bound is worth telling where it is a choice, or was exceeded. */
function range(least: number, most: number, value: unknown): string {
  const isOpen =
    most >= MAX_LINE_LIMIT && most !== MAX_DATA_CAPACITY && !(Number.isFinite(value) && Number(value) > most)
  return isOpen ? `>= ${least}` : `from ${least} to ${most}`
}

/** Of a long text, so much is shown. */
const MOST_SHOWN = 60

function show(value: unknown): string {
  if (typeof value === 'string')
    return inspect(value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value)
  if (isUrl(value)) return value.href
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  if (types.isProxy(value)) return 'a Proxy' // not to be looked into: its handler may do anything
  const name = classOf(value)
  if (Array.isArray(value)) return 'an array'
  return name === undefined || name === 'Object' ? 'an object' : `an object of the class ${name}`
}

/** Undefined for an object that hides it. */
function classOf(value: object): string | undefined {
  try {
    const { name } = value.constructor
    return typeof name === 'string' && name !== '' ? name : undefined
  } catch {
    return undefined // no constructor, or a getter that throws
  }
}

function unknownOption(name: string, known: readonly string[]): ChooseL2Error {
  const close = closest(name, known)
  const advice = close === undefined ? `. Known options: ${known.join(', ')}` : `. Did you mean ${close}?`
  return new ChooseL2Error('ERR_INVALID_ARGUMENT', `Expected a known option, got '${name}'${advice}`)
}
