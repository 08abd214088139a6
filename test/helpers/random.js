// Random numbers that a seed brings back: a failure of the campaign is replayed with the seed it printed.

/** A source of numbers after mulberry32 (Tommy Ettinger). */
export function randomFrom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  /** An integer from `from` to `to`, both included. */
  const integer = (from, to) => from + Math.floor(next() * (to - from + 1))
  const oneOf = (choices) => choices[integer(0, choices.length - 1)]
  return { next, integer, oneOf }
}
