// `npm run bench -- goals`: the goals, what was measured, and whether it is enough. Measures nothing.

import { describeEnvironment } from '../shared/environment.js'
import { savedResults } from '../shared/results.js'
import { printTable } from '../shared/table.js'
import { evaluate } from './evaluate.js'
import { goals } from './list.js'

const HUNDRED = 100

/** From the newest saved results that have the figures, or from the published ones only. */
export function printGoals({ published }) {
  const sources = new Map()
  const saved = {}
  const rows = goals.map((goal) => {
    for (const results of (saved[goal.question] ??= savedResults(goal.question, { published }))) {
      const found = evaluate(goal, results)
      if (found === null) continue
      sources.set(results.path, results.environment)
      return rowOf(goal, found, results.options.quick)
    }
    return [goal.text, goal.bound, '-', '', '', `not measured: ${goal.question}`, '']
  })
  printTable([['', 'goal', 'measured', 'min', 'max', '', 'the best of the others'], ...rows])
  console.log('\nmin, max: of the runs, each with its neighbour. quick: --quick sizes, which say little.')
  for (const [path, environment] of sources) console.log(`\n${path}\n${describeEnvironment(environment)}`)
}

function rowOf({ text, bound, isMet }, { value, min, max, against }, quick) {
  const met = isMet(value)
  const verdict = met === null ? '' : met ? 'met' : 'NOT MET'
  const said = quick ? `${verdict} (quick)`.trim() : verdict
  return [text, round(bound), ...[value, min, max].map(show), said, against]
}

const show = (number) => (Math.abs(number) < HUNDRED ? number.toFixed(2) : Math.round(number).toString())
const round = (bound) => bound.replace(/\d+\.\d{3,}/u, (number) => Number(number).toFixed(1))
