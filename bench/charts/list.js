// The charts: which question each is drawn from, and how. `draw(results)` returns the SVG text; `suits(results)`
// leaves out what was asked in a form that the chart does not show.

import { barPanels } from './bar-panels.js'
import { dotRanges } from './dot-ranges.js'
import { heading, sheet } from './frame.js'
import { loadCurves } from './load-curves.js'
import { colors, shades } from './palette.js'
import { bestFirst, failedIn, kindOf, namesIn, rowsOf, variantsIn } from './rows.js'
import { describeMeasurement, short, time } from './text.js'

const MILLION = 1e6
const NS_PER_MS = 1e6
const HIGHER = '→ higher is better'
const LOWER = '← lower is better'
/** Says something about the harness; on a chart it would only make all others small. */
const NOT_DRAWN = ['control: memcpy', 'control: null sink']
const WHISKERS = ' (the line: from the smallest to the largest)'
const PANELS_BESIDE = 3
const PERCENTILES = ['p50', 'p99', 'p99.9', 'p99.99', 'max']
const kinds = [
  { color: colors.ours, text: 'choose-l2' },
  { color: colors.peer, text: 'others' },
  { color: colors.control, text: 'controls: what the machine can do' },
]

export const charts = [
  {
    question: 'sustained',
    draw(results) {
      const rows = bestFirst(drawnRows(results, ['linesPerSecond']), 'linesPerSecond', 'max')
      const panel = { figure: 'linesPerSecond', title: 'million lines/s', better: HIGHER, divide: MILLION }
      return page(results, {
        title: 'Sustained rate until every line is in the file',
        measured: `${lineBytes(results)}-byte JSON lines from one thread at full speed; the clock stops when the kernel has all of them, and the file is compared with what was sent.`,
        legend: kinds,
        plots: [barPanels(rows, [panel])],
      })
    },
  },
  {
    question: 'http',
    draw(results) {
      const panels = [
        { figure: 'requestsPerSecond', title: 'thousand requests/s', better: HIGHER, divide: 1000 },
        { figure: 'delayP99', title: 'event-loop delay p99, ms', better: LOWER },
      ].map((panel) => ({ ...panel, ends: largest(results, panel.figure) }))
      const titles = {
        lines: 'A line of JSON for each entry',
        pino: 'Through pino: log.info() with an object',
      }
      const plots = variantsIn(results).flatMap((variant) => {
        const rows = rowsOf(results, ['requestsPerSecond', 'delayP99'], { variant })
        const sorted = bestFirst(rows.filter(isDrawn), 'requestsPerSecond', 'max')
        return sorted.length === 0
          ? []
          : [heading(titles[variant] ?? variant), barPanels(sorted, panels, drawnRows(results, []))]
      })
      return page(results, {
        title: 'What logging costs an HTTP server',
        measured: `A server under as many requests as it can answer, ${results.options.linesPerRequest} log lines a request, ${results.options.connections} connections; the clients run on the same machine.`,
        legend: kinds,
        plots,
      })
    },
  },
  sendCost(
    'send-cost',
    'What a send() costs the thread that calls it',
    (rate) => `at ${rate.toLocaleString('en')} lines/s, in ticks of 100 lines`,
  ),
  sendCost(
    'send-cost-full-speed',
    'What a send() costs at full speed',
    () => 'ticks of 100 lines, one after the other',
  ),
  {
    question: 'response-time',
    suits: ({ options }) => options.rates.length === 0,
    draw(results) {
      const figures = ['p50', 'p99.9']
      const contenders = namesIn(results).map((name) => curveOf(results, name, figures))
      const rest = contenders.filter(({ kind }) => kind !== 'ours')
      const ours = contenders.filter(({ kind }) => kind === 'ours')
      return page(results, {
        title: 'Response time under load',
        measured:
          'From the moment a line was meant to be sent until its send() has returned, at a share of the rate that each can sustain itself (100 % is written above each plot). Lower is better.',
        legend: [
          { color: shades.ours[0], text: 'p50', shape: 'dot' },
          { color: shades.ours[2], text: 'p99.9', shape: 'dot' },
          { color: shades.peer[0], text: 'p50 of others', shape: 'dot' },
          { color: shades.peer[2], text: 'p99.9 of others', shape: 'dot' },
        ],
        plots: loadCurves([...ours, ...rest], figures),
        notes: [
          `Dashed: p99.9 of ${(ours[0] ?? rest[0]).name}. Above 100 % nobody can keep up: the times grow as long as it lasts.`,
        ],
      })
    },
  },
  {
    question: 'freshness',
    draw(results) {
      const figures = ['p50', 'p99', 'max']
      const variants = variantsIn(results)
      const panels = variants.map((variant) => ({
        title: variant,
        better: LOWER,
        rows: rowsOf(results, figures, { variant }).filter(isDrawn),
      }))
      panels[0].rows = bestFirst(panels[0].rows, 'p50', 'min')
      return page(results, {
        title: 'How soon a line can be seen in the file',
        measured: `From send() until another thread sees the last byte in the file: ${results.options.samples} samples each, one at a time. A line alone may wait for its batch: flushInterval (100 ms) of the block writer, minLength of the others.`,
        legend: legendOf(figures),
        plots: [dotRanges(panels, figures, (ms) => time(ms * NS_PER_MS))],
        notes: ['At 1 s: not seen within a second, as it waits for more lines.'],
      })
    },
  },
  {
    question: 'payloads',
    draw(results) {
      const variants = variantsIn(results)
      const figures = variants.map((_, nth) => String(nth))
      const names = namesIn(results).filter((name) => isDrawn({ name }) && name !== 'control: 64 KB blocks C')
      const rows = names.map((name) => ({
        name,
        kind: kindOf(name),
        figures: Object.fromEntries(
          variants.flatMap((variant, nth) => {
            const [{ figures }] = rowsOf(results, ['MBPerSecond'], { variant, names: [name] })
            return figures.MBPerSecond === undefined ? [] : [[nth, figures.MBPerSecond]]
          }),
        ),
      }))
      const sorted = bestFirst(rows, '0', 'max')
      const panels = figures.map((figure, nth) => ({
        figure,
        title: variants[nth],
        better: `MB/s, ${HIGHER}`,
      }))
      const plots = []
      for (let n = 0; n < panels.length; n += PANELS_BESIDE) {
        const some = panels.slice(n, n + PANELS_BESIDE)
        const rows = sorted.filter((row) => some.some(({ figure }) => row.figures[figure] !== undefined))
        plots.push(barPanels(rows, some, sorted))
      }
      return page(results, {
        title: 'Other lines, and lines that come in other ways',
        measured:
          'The sustained rate until everything is in the file, in MB/s. Each panel has an axis of its own.',
        legend: kinds,
        plots,
      })
    },
  },
  byVariant('ticks', 'What a tick of some lines costs', 'Processor time over the same loop without lines.', [
    { figure: 'ownUs', title: 'thread that logs, us a tick', better: LOWER },
    { figure: 'othersUs', title: 'all other threads, us a tick', better: LOWER },
  ]),
  byVariant(
    'moderate',
    'What a log of a moderate rate costs',
    'What is due is sent once a millisecond. Processor time over the same loop without lines; 10 ms a second are 1 % of a processor.',
    [
      { figure: 'ownMs', title: 'thread that logs, ms a second', better: LOWER },
      { figure: 'othersMs', title: 'all other threads, ms a second', better: LOWER },
    ],
  ),
  byVariant('many-writers', 'Many logs in one process', 'Each log gets one line.', [
    { figure: 'createMs', title: 'to create each, ms', better: LOWER },
    { figure: 'writtenMs', title: 'until all have a line, ms', better: LOWER },
    { figure: 'MBEach', title: 'memory of each, MB', better: LOWER },
  ]),
]

/** A group of panels for each variant. */
function byVariant(question, title, measured, panels) {
  const figures = panels.map(({ figure }) => figure)
  return {
    question,
    draw(results) {
      const plots = variantsIn(results).flatMap((variant) => {
        const rows = bestFirst(rowsOf(results, figures, { variant }).map(notBelowZero), figures[0], 'min')
        return [heading(variant), barPanels(rows, panels)]
      })
      return page(results, { title, measured, legend: kinds, plots })
    },
  }
}

/** A cost that is smaller than the noise may come out below nothing. */
function notBelowZero(row) {
  const figures = Object.entries(row.figures).map(([figure, values]) => [
    figure,
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.max(0, value)])),
  ])
  return { ...row, figures: Object.fromEntries(figures) }
}

function sendCost(question, title, pace) {
  return {
    question,
    draw(results) {
      const rows = bestFirst(rowsOf(results, PERCENTILES), 'p50', 'min')
      const panel = { title: 'time of one send()', better: `${LOWER}, each step is a power of ten`, rows }
      return page(results, {
        title,
        measured: `${lineBytes(results)}-byte JSON lines, ${pace(results.options.rate)}. Service time of blocks of 20 calls, divided by 20, so a pause is spread over its block.`,
        legend: legendOf(PERCENTILES),
        plots: [dotRanges([panel], PERCENTILES, time)],
        notes: ['control: null sink takes lines and forgets them: the cost of the measurement itself.'],
      })
    },
  }
}

/** The dots in the colours of ours, as an example. */
function legendOf(figures) {
  const dots = figures.map((text, nth) => ({ color: shades.ours[nth], text, shape: 'dot' }))
  return [...dots, ...kinds.map(({ color, text }) => ({ color, text: text.replace(/:.*/u, '') }))]
}

function page(results, { notes = [], ...rest }) {
  const hasWhiskers = rest.legend === kinds && results.options.runs > 1
  const failed = failedIn(results)
  return sheet({
    environment: describeMeasurement(results) + (hasWhiskers ? WHISKERS : ''),
    ...(results.options.quick && { warning: 'Tiny sizes (--quick): these numbers say little.' }),
    notes: failed.length === 0 ? notes : [...notes, `Failed in every run: ${failed.join(', ')}.`],
    ...rest,
  })
}

/** With what it sustains, from the offered rates. */
function curveOf(results, name, figures) {
  const points = variantsIn(results).flatMap((variant) => {
    const [{ figures: found }] = rowsOf(results, [...figures, 'offeredPerSecond'], { variant, names: [name] })
    if (found.p50 === undefined) return []
    const values = figures.map((figure) => [figure, found[figure].median])
    return [
      {
        load: Number.parseFloat(variant),
        offered: found.offeredPerSecond.median,
        ...Object.fromEntries(values),
      },
    ]
  })
  const [{ offered, load }] = points
  return {
    name,
    kind: kindOf(name),
    about: `100 % = ${short(((offered / load) * 100) / MILLION)} M lines/s`,
    points,
  }
}

const isDrawn = ({ name }) => !NOT_DRAWN.includes(name)
const drawnRows = (results, figures) => rowsOf(results, figures).filter(isDrawn)

function largest({ runs }, figure) {
  return Math.max(
    ...runs
      .filter(({ contender }) => isDrawn({ name: contender }))
      .map(({ figures }) => figures?.[figure] ?? 0),
  )
}

/** As the file's size says: lines of JSON are 107 bytes unless the results say otherwise. */
function lineBytes({ runs }) {
  const figures = runs.find((run) => run.figures?.MBPerSecond > 0 && run.figures.linesPerSecond > 0)?.figures
  return figures === undefined ? 107 : Math.round((figures.MBPerSecond * MILLION) / figures.linesPerSecond)
}
