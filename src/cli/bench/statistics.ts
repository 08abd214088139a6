// Numbers of several runs as one, with how far they lie apart.

/** The figures that a noisy machine bends least. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** `null` if there are none. */
export function spreadOf(values: readonly (number | undefined)[]): Spread | null {
  const sorted = values.filter((value) => value !== undefined).toSorted((a, b) => a - b)
  const [min] = sorted
  const max = sorted.at(-1)
  const low = sorted[(sorted.length - 1) >> 1]
  const high = sorted[sorted.length >> 1]
  if (min === undefined || max === undefined || low === undefined || high === undefined) return null
  return { median: (low + high) / 2, min, max }
}
