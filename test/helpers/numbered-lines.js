// Lines that can be checked one by one: each tells its sender and its number, and a tail that depends on both, so
// that a torn, mixed or repeated line is found.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzäöü€😀-'

/** Line number `n` of a sender. */
export function lineOf(sender, n) {
  const from = (n * 7 + sender) % 20
  return `${sender} ${n} ${LETTERS.slice(0, from)}${n % 10 === 0 ? '€😀' : ''}.`
}

/**
 * Reads a log of numbered lines and fails if a line is not exactly as it was sent, stands there twice or stands
 * before an older one of the same sender. Returns the numbers that are there, by sender.
 */
export function readNumbered(path) {
  return checkNumbered(readFileSync(path, 'utf8'))
}

/** As readNumbered, for text. */
export function checkNumbered(text) {
  assert.ok(text === '' || text.endsWith('\n'), 'the log ends at the end of a line')
  const bySender = new Map()
  for (const line of text.split('\n').slice(0, -1)) {
    const [sender, n] = line.split(' ', 2).map(Number)
    // Compared by hand first: a call of assert for each line costs more than the writer does.
    if (line !== lineOf(sender, n)) assert.equal(line, lineOf(sender, n))
    const numbers = bySender.get(sender) ?? []
    if (n <= (numbers.at(-1) ?? -1))
      assert.fail(`line ${n} of sender ${sender} stands after ${numbers.at(-1)}`)
    numbers.push(n)
    bySender.set(sender, numbers)
  }
  return bySender
}

/** Fails unless the log holds exactly the lines 0 to `count - 1` of one sender. */
export function expectAllLines(path, count, sender = 0) {
  const numbers = readNumbered(path).get(sender) ?? []
  assert.equal(numbers.length, count)
  // Ascending and without repetition, so this says that none is missing.
  assert.equal(numbers.at(-1) ?? -1, count - 1)
}

/** How many lines are in a log. */
export function countLines(path) {
  let lines = 0
  for (const byte of readFileSync(path)) if (byte === 0x0a) lines++
  return lines
}
