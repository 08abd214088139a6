// Values of flags, from text: numbers, sizes, times, permissions. Each says what it expects when it gets
// something else; which flag it was is added by flags.ts. Bounds are the library's to check.

/** The text is not a value of this kind; the message says what was expected: "to be ...". */
export class ValueError extends Error {}

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i
const SIZE_UNITS = ['', 'k', 'm', 'g']
const TIME = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/
const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }

/** One of some words; `drop-oldest` is as good as `drop_oldest`. */
export function oneOf<T extends string>(text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text.toLowerCase().replaceAll('-', '_'))
  if (found !== undefined) return found
  throw new ValueError(`to be ${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`)
}

/** A whole number. */
export function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new ValueError('to be a whole number')
}

/** Bytes; K, M and G are powers of 1024. */
export function bytes(text: string): number {
  const [, number, unit] = SIZE.exec(text) ?? []
  const size = Number(number) * 1024 ** SIZE_UNITS.indexOf((unit ?? '').toLowerCase())
  if (Number.isInteger(size)) return size
  throw new ValueError('to be a size in bytes, like 65536, 512K or 4M')
}

/** Milliseconds, or with a unit. */
export function milliseconds(text: string): number {
  const [, number, unit] = TIME.exec(text) ?? []
  if (number !== undefined) return Number(number) * (TIME_UNITS[unit ?? 'ms'] ?? 1)
  throw new ValueError('to be a time, like 250 (milliseconds), 250ms or 5s')
}

/** As {@link milliseconds}, or the word `never`. */
export function limit(text: string): number {
  try {
    return text === 'never' ? Infinity : milliseconds(text)
  } catch {
    throw new ValueError("to be a time, like 5s, or 'never'")
  }
}

/** Permissions as chmod takes them. */
export function permissions(text: string): number {
  if (/^(0o?)?[0-7]{3,4}$/.test(text)) return Number.parseInt(text.replace('o', ''), 8)
  throw new ValueError('to be permissions in octal, like 640')
}
