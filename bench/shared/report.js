// The tables of a question: one for each variant, a row for each contender; the first figure with its smallest and
// largest value, the others as medians.

import { contenders } from '../contenders/index.js'
import { valuesOf } from './results.js'
import { median, spread } from './statistics.js'
import { printTable } from './table.js'

export function printReport(question, results, names) {
  const variants = [...new Set(results.runs.map(({ variant }) => variant))]
  const [main, ...others] = question.columns
  for (const variant of variants) {
    const rows = []
    for (const name of names) {
      const values = valuesOf(results, name, main.figure, variant)
      if (values.length === 0) continue
      const { median: middle, min, max } = spread(values)
      const rest = others.map(({ figure, show }) => {
        const found = valuesOf(results, name, figure, variant)
        return found.length === 0 ? '-' : show(median(found))
      })
      rows.push([name, ...[middle, min, max].map(main.show), ...rest])
    }
    console.log(`\n${variant ?? ''}${variant === undefined ? '' : '\n'}`)
    if (rows.length === 0) continue
    printTable([['', main.title, 'min', 'max', ...others.map(({ title }) => title)], ...rows])
  }
  printNotes(question, results, names)
}

function printNotes(question, { runs }, names) {
  const notes = [...(question.notes ?? []), ...names.map((name) => contenders.get(name).note)].filter(Boolean)
  if (notes.length > 0) console.log(`\n${notes.join('\n')}`)
  for (const { contender, variant, run, error } of runs) {
    if (error !== undefined) console.log(`FAILED: ${contender}, ${variant ?? ''} run ${run}: ${error}`)
  }
}
