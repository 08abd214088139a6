// One goal and one file of results: the figure, as the ratio of the medians, and how far it went from run to run.

import { valuesOf } from '../shared/results.js'
import { median } from '../shared/statistics.js'

/** { value, min, max, against }, or null if the results do not have what the goal needs. */
export function evaluate(goal, results) {
  const ours = valuesOf(results, goal.ours, goal.figure, goal.variant)
  if (ours.length === 0) return null
  if (goal.against === null) {
    return { value: median(ours), min: Math.min(...ours), max: Math.max(...ours), against: '' }
  }
  const best = bestOf(goal, results)
  if (best === null) return null
  const ratios = ours.slice(0, best.values.length).map((value, run) => value / best.values[run])
  return {
    value: median(ours) / median(best.values),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    against: best.name,
  }
}

/** The one of those that the goal compares with whose median is best. */
function bestOf({ figure, against, best, againstVariant, ours, variant }, results) {
  const names = [...new Set(results.runs.map(({ contender }) => contender))]
  const found = names
    .filter((name) => against.test(name) && (name !== ours || variant !== againstVariant))
    .map((name) => ({ name, values: valuesOf(results, name, figure, againstVariant) }))
    .filter(({ values }) => values.length > 0)
    .sort((a, b) => median(a.values) - median(b.values))
  return (best === 'min' ? found[0] : found.at(-1)) ?? null
}
