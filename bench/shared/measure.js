// Asks one question: every contender in every variant once, in turns, then all again: A B A B. A slow minute of the
// machine then falls on all of them, not on one. Each run is a process of its own.

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contenders, pick, whyMissing } from '../contenders/index.js'
import { describeEnvironment, environment, loadAverage } from './environment.js'
import { printReport } from './report.js'
import { save } from './results.js'
import { runForJson } from './run-program.js'
import { scratchFolder } from './scratch.js'

/** Measures, prints the tables, saves the numbers. */
export async function measure(question, options) {
  const folder = scratchFolder(options.folder)
  const machine = environment(folder)
  console.log(`\n## ${question.name}: ${question.title}\n\n${describeEnvironment(machine)}`)
  const names = namesFor(question, options)
  if (names.length === 0) return console.log('nobody to ask')
  const variants = question.variants?.(options) ?? [{}]
  const results = { question: question.name, unit: question.unit, environment: machine, options, runs: [] }
  console.log(
    `${options.runs} runs each, in turns: ${names.length} contenders, ${variants.length} variants\n`,
  )

  const prepared = await question.prepare?.({
    names,
    options,
    run: (task) => runOnce(question, folder, task),
  })
  for (let run = 1; run <= options.runs; run++) {
    for (const variant of variants) {
      for (const contender of names) {
        if (question.suits?.(contenders.get(contender), variant) === false) continue
        const task = { ...options, ...variant, ...prepared?.[contender], contender }
        const result = { contender, ...(variant.name && { variant: variant.name }), run }
        results.runs.push({ ...result, ...(await attempt(question, folder, task)) })
        tell(question, results.runs.at(-1))
      }
    }
  }
  machine.loadAverageAfter = loadAverage()
  printReport(question, results, names)
  console.log(`\nload average after: ${machine.loadAverageAfter.toFixed(2)}`)
  console.log(`raw numbers: ${save(results, options).join(', ')}`)
}

/** The question's own contenders; `--contenders` may also name others that can answer it. */
function namesFor(question, { contenders: words }) {
  const picked = pick([...contenders.keys()], words).filter((name) => question.canAsk(contenders.get(name)))
  const asked =
    words.length > 0 ? picked : picked.filter((name) => question.isUsual?.(contenders.get(name)) ?? true)
  return asked.filter((name) => {
    const why = whyMissing(contenders.get(name))
    if (why !== null) console.log(`left out: ${name}: ${why}`)
    return why === null
  })
}

/** A contender that fails has its failure in the results; the others go on. */
async function attempt(question, folder, task) {
  try {
    return { figures: await runOnce(question, folder, task) }
  } catch (error) {
    return { error: error.message }
  }
}

async function runOnce(question, folder, task) {
  const path = join(folder, 'run.log')
  rmSync(path, { force: true })
  try {
    return await (question.runOnce?.({ ...task, path }) ?? runProgram(question, { ...task, path }))
  } finally {
    rmSync(path, { force: true })
  }
}

function runProgram({ program }, task) {
  return runForJson(fileURLToPath(new URL(`../programs/${program}.js`, import.meta.url)), [
    JSON.stringify(task),
  ])
}

function tell({ columns }, { contender, variant, run, figures, error }) {
  const [{ figure, show, title }] = columns
  const outcome = error === undefined ? `${show(figures[figure])} ${title}` : `FAILED: ${error}`
  console.log(`run ${run}  ${[contender, variant].filter(Boolean).join(', ').padEnd(58)} ${outcome}`)
}
