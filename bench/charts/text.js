// The texts of a chart: what was measured where, broken into lines; numbers short enough for the end of a bar.

import { FONT_SIZE, LETTER_WIDTH } from './palette.js'

/** Keeps a part of the text on one line; looks like a space. */
const NO_BREAK = '\u00a0'

/** About as wide as it will be drawn. */
export const widthOf = (text, size = FONT_SIZE) => (text.length * LETTER_WIDTH * size) / FONT_SIZE

/** Lines that are at most so wide; a word alone may be wider. */
export function wrap(text, width, size) {
  const lines = ['']
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`
    if (lines.at(-1) === '' || widthOf(longer, size) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/** Machine, system, file system, date, commit, and how often each was run. */
export function describeMeasurement({ environment, options }) {
  const { date, node, commit, platform, kernel, cpu, cores, fileSystem } = environment
  const system = platform.split(' ')[0].replace(/^[a-z]/u, (letter) => letter.toUpperCase())
  const runs = options.runs === 1 ? 'one run each' : `median of ${options.runs} runs each`
  const parts = [
    `${cores} CPUs (${cpu})`,
    `Node ${node.replace('v', '')}`,
    `${system} ${kernel}`,
    fileSystem,
    date.slice(0, 10),
    `commit ${commit}`,
    runs,
  ]
  return parts.map((part) => part.replaceAll(' ', NO_BREAK)).join(`${NO_BREAK}· `)
}

/** Three digits. */
export function short(number) {
  if (number === 0) return '0'
  if (number >= 100) return Math.round(number).toLocaleString('en')
  return number.toFixed(number >= 10 ? 1 : number >= 0.1 ? 2 : 3)
}

/** Nanoseconds with the unit that reads best. */
export function time(ns) {
  const [size, unit] = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
    [1, 'ns'],
  ].find(([size]) => ns >= size) ?? [1, 'ns']
  const value = ns / size
  return `${value >= 10 ? Math.round(value) : Number(value.toFixed(1))} ${unit}`
}

export const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
