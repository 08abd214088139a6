// What a chart shows of the results: a row for each contender. Results are plain data that may be older than the code, so
// contenders that are no longer there are simply peers.

import { valuesOf } from '../shared/results.js'
import { spread } from '../shared/statistics.js'

/** Known to the charts by their names. */
export function kindOf(name) {
  if (name.startsWith('choose-l2 ')) return 'ours'
  return name.startsWith('control: ') ? 'control' : 'peer'
}

/** The names that have figures, in the order of the results. */
export function namesIn({ runs }, variant) {
  const asked = runs.filter(
    (run) => run.figures !== undefined && (variant === undefined || run.variant === variant),
  )
  return [...new Set(asked.map(({ contender }) => contender))]
}

/** Those that failed and have no figures at all. */
export function failedIn(results) {
  const measured = new Set(namesIn(results))
  return [...new Set(results.runs.map(({ contender }) => contender))].filter((name) => !measured.has(name))
}

export function variantsIn({ runs }) {
  return [...new Set(runs.map(({ variant }) => variant))]
}

/** `figures` as { median, min, max }, by name; figures that were not measured are missing. */
export function rowsOf(results, figures, { variant, names = namesIn(results, variant) } = {}) {
  return names.map((name) => {
    const known = figures
      .map((figure) => [figure, valuesOf(results, name, figure, variant)])
      .filter(([, values]) => values.length > 0)
      .map(([figure, values]) => [figure, spread(values)])
    return { name, kind: kindOf(name), figures: Object.fromEntries(known) }
  })
}

/** Best first; `best` is 'max' of a rate, 'min' of a cost. Who has no such figure comes last. */
export function bestFirst(rows, figure, best) {
  const worst = best === 'max' ? -Infinity : Infinity
  const value = ({ figures }) => figures[figure]?.median ?? worst
  return rows.toSorted((a, b) =>
    value(a) === value(b) ? 0 : value(a) < value(b) === (best === 'min') ? -1 : 1,
  )
}
