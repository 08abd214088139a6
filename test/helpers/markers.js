// Logs with drop markers: which tell the number of dropped lines and the time, and can be added up.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

/** A marker for the option dropMarker. */
export const marker = '!! {lines} {from} {to} {ms}'

/** Reads a log: `markers` with what each says, `lines` = the others, `all` in order. Every marker must be whole. */
export function readMarked(path) {
  const all = readFileSync(path, 'utf8').split('\n')
  assert.equal(all.pop(), '', 'the log ends at the end of a line')
  const markers = all.filter((line) => line.startsWith('!!')).map(parse)
  return { all, markers, lines: all.filter((line) => !line.startsWith('!!')) }
}

/** What all markers together tell. */
export function told(markers) {
  return markers.reduce((sum, { lines }) => sum + lines, 0)
}

function parse(line) {
  const [, lines, ...times] = /^!! ([1-9]\d*) (\S+Z) (\S+Z) \d+$/u.exec(line) ?? assert.fail(line)
  const [from, to] = times.map((time) => Date.parse(time))
  assert.ok(from <= to, line)
  assert.equal(line.split(' ').at(-1), String(to - from))
  return { lines: Number(lines), from, to }
}
