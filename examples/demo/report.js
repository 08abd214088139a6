// The report of the demo: what the log cost, the numbers of the writer, and whether the file holds what it should.

import { bold, dim, green, red } from './screen.js'

const LABEL_CELLS = 26
const CELLS = 16

/** Prints the report; returns whether every check passed. */
export function report({ phases, end, check, kill, kept }) {
  reportCost(phases, end.parts)
  reportLog(end, check, kept)
  reportKill(kill)
  return reportChecks([...checksOf(phases, end, check), ...checksOfKill(kill)])
}

function reportCost(phases, parts) {
  const on = phases.filter(({ withLog }) => withLog).map(figuresOf)
  const off = phases.filter(({ withLog }) => !withLog).map(figuresOf)
  const medians = (figure) => [off, on].map((figures) => median(figures.map((one) => one[figure])))
  const served = (figures) => whole(figures.reduce((sum, { requests }) => sum + requests, 0))
  // Neighbouring phases are compared with each other, as the machine may be busier in one half than in the other.
  const added = median(on.map(({ cpu }, n) => cpu - off[n].cpu))
  const ratio = median(on.map(({ rate }, n) => rate / off[n].rate))
  heading('Requests', 'without log', 'with log', 'the log costs')
  row('served', served(off), served(on))
  row('a second', ...medians('rate').map(whole), `${signed(100 - 100 * ratio)} %`)
  row('latency, p99', ...medians('p99').map((ms) => `${ms} ms`))
  row('server CPU a request', ...medians('cpu').map(micros), `${signed(added)} µs`)
  row('  to make the JSON text', '', micros(parts.text))
  row('  to send() it', '', micros(parts.send))
  console.log()
  console.log(
    dim('  Medians over the phases; CPU is that of all threads of the server. The two parts are those of'),
  )
  console.log(dim('  the sending thread, measured after the load.'))
}

function figuresOf({ requests, seconds, cpuMicros, client }) {
  return { requests, rate: requests / seconds, cpu: cpuMicros / requests, p99: client.p99 }
}

function reportLog({ metrics, writes }, { lines, bytes }, kept) {
  heading('Log')
  row('lines in the file', whole(lines))
  row('size', `${(bytes / 1e6).toFixed(1)} MB`)
  row('writes to the kernel', whole(writes), `${whole(lines / Math.max(writes, 1))} lines each`)
  if (kept !== null) console.log(`  kept in ${kept}`)
  heading('Metrics')
  for (const name of ['enqueued', 'written', 'dropped', 'pending', 'errors']) row(name, whole(metrics[name]))
  row('blockedMs', metrics.blockedMs.toFixed(1))
}

function reportKill({ skippedBecause, sent, answered, withLine, recovered }) {
  heading('kill -9 under load')
  if (skippedBecause !== undefined) {
    console.log(`  not tried: a queue here would not survive it, as ${skippedBecause}`)
    return
  }
  row('requests answered', whole(answered), `of ${whole(sent)} sent`)
  row('with a line in the log', whole(withLine))
  row('lines from the queue file', whole(recovered), 'by recover()')
}

/** Each check: what it says, and whether it is so. */
function checksOf(phases, { complete, logged, metrics }, { lines, faults }) {
  const served = phases.reduce((sum, { requests }) => sum + requests, 0)
  const answered = phases.reduce((sum, { client }) => sum + client.answered, 0)
  const failed = phases.reduce((sum, { client }) => sum + client.failed, 0)
  const { enqueued, written, dropped, pending } = metrics
  return [
    [served > 0, `${whole(served)} requests served, ${whole(failed)} failed`],
    [lines === logged, `${whole(logged)} answers were to be logged, ${whole(lines)} lines are in the file`],
    [faults.length === 0, 'every line is whole, valid JSON and in order', ...faults],
    [
      answered <= served,
      `the client counted ${whole(answered)} answers, the server ${whole(served)}: ` +
        `${whole(served - answered)} were on their way when a phase ended`,
    ],
    [
      complete && enqueued === written && dropped + pending === 0,
      'enqueued = written, nothing dropped or waiting',
    ],
  ]
}

function checksOfKill({ skippedBecause, signal, answered, withLine, lines, repeated, faults }) {
  if (skippedBecause !== undefined) return []
  return [
    [
      signal === 'SIGKILL' && answered > 0 && withLine === answered,
      `ended by ${signal}: ${whole(answered)} requests were answered, ${whole(withLine)} of them are in the log`,
    ],
    [
      faults.length === 0 && repeated === 0,
      `after recover(), none of its ${whole(lines)} lines is torn, out of order or there twice`,
      ...faults,
    ],
  ]
}

function reportChecks(checks) {
  heading('Check')
  for (const [passed, text, ...details] of checks) {
    console.log(`  ${passed ? green('✓') : red('✗')} ${text}`)
    for (const detail of details) console.log(red(`    ${detail}`))
  }
  const passed = checks.every(([passed]) => passed)
  console.log()
  console.log(passed ? bold(green('  The log is complete.')) : bold(red('  The check failed.')))
  console.log()
  return passed
}

function heading(title, ...columns) {
  console.log()
  console.log(
    `  ${bold(title.padEnd(LABEL_CELLS))}${columns.map((text) => dim(text.padStart(CELLS))).join('')}`,
  )
}

function row(label, ...columns) {
  console.log(`  ${label.padEnd(LABEL_CELLS)}${columns.map((text) => text.padStart(CELLS)).join('')}`)
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const whole = (number) => Math.round(number).toLocaleString('en')
const micros = (number) => `${number.toFixed(2)} µs`
const signed = (number) => `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(1)}`
