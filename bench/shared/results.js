// Results as JSON, the same form for every question: { question, unit, environment, options, runs: [{ contender,
// variant?, run, figures: { name: number } }] }. bench/results keeps all that was measured here; what a README or a
// chart rests on is published: bench/published/<question>.json.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url))
const PUBLISHED = fileURLToPath(new URL('../published/', import.meta.url))

/** Writes the results; returns the paths. */
export function save(results, { publish }) {
  const time = new Date().toISOString().replaceAll(/[:.]/gu, '-')
  const paths = [join(RESULTS, `${results.question}-${time}.json`)]
  if (publish) paths.push(join(PUBLISHED, `${results.question}.json`))
  for (const path of paths) {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`)
  }
  return paths
}

/** All results of a question: the newest first, those of --quick behind the others; the published ones last. */
export function savedResults(question, { published = false } = {}) {
  const pattern = new RegExp(`^${question}-\\d{4}-\\d\\d-\\d\\dT[\\d-]+Z\\.json$`, 'u')
  const saved = published ? [] : files(RESULTS, pattern).sort().reverse()
  const all = [
    ...saved.map((name) => read(join(RESULTS, name))),
    ...files(PUBLISHED, /./u)
      .filter((name) => name === `${question}.json`)
      .map((name) => read(join(PUBLISHED, name))),
  ].filter(({ runs }) => Array.isArray(runs))
  return all.toSorted((a, b) => Number(a.options.quick) - Number(b.options.quick))
}

/** The values of one figure, a run each; an empty list if it was not measured. */
export function valuesOf(results, contender, figure, variant) {
  return results.runs
    .filter((run) => run.contender === contender && (variant === undefined || run.variant === variant))
    .map((run) => run.figures?.[figure])
    .filter((value) => Number.isFinite(value))
}

function files(folder, pattern) {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name))
  } catch {
    return []
  }
}

const read = (path) => ({ ...JSON.parse(readFileSync(path, 'utf8')), path })
