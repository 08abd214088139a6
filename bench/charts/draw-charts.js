// `npm run bench -- charts`: draws docs/charts/<question>.svg from the published results, or with --results from the
// newest of bench/results. Measures nothing.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { savedResults } from '../shared/results.js'
import { charts } from './list.js'

const DOCS = fileURLToPath(new URL('../../docs/charts/', import.meta.url))

/** Draws what there are results for; tells the rest. Returns the paths. */
export function drawCharts({ published, folder = DOCS }) {
  const drawn = []
  for (const chart of charts) {
    const { question } = chart
    const results = savedResults(question, { published }).find((results) => chart.suits?.(results) ?? true)
    if (results === undefined) {
      const how = `npm run bench -- ${question}${published ? ' --publish' : ''}`
      console.log(`${question}: no results: ${how}`)
      continue
    }
    mkdirSync(folder, { recursive: true })
    const path = join(folder, `${question}.svg`)
    writeFileSync(path, chart.draw(results))
    console.log(`${relative('', path)} from ${relative('', results.path)}`)
    drawn.push(path)
  }
  return drawn
}
