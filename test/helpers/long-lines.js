// Numbered lines of about 1 KB, so that a small disk is full soon.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

export function longLine(n) {
  return `${n} ${'x'.repeat(900 + (n % 100))}.`
}

/** The numbers of the lines of a log, each of which must be whole and stand after all with a smaller number. */
export function readLongLines(path) {
  const lines = readFileSync(path, 'utf8').split('\n')
  assert.equal(lines.pop(), '', 'the log ends at the end of a line')
  const numbers = lines.map((line) => Number.parseInt(line, 10))
  for (const [index, line] of lines.entries()) {
    if (line !== longLine(numbers[index])) assert.equal(line, longLine(numbers[index]))
  }
  assert.ok(
    numbers.every((n, index) => index === 0 || n > numbers[index - 1]),
    'in order, none twice',
  )
  return numbers
}

/** The numbers from 0 to `count - 1`. */
export function upTo(count) {
  return Array.from({ length: count }, (_, n) => n)
}
