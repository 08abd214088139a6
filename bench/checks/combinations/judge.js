// What must be true of a log: every line whole and once, the lines of each thread in order, and every line that is
// missing counted as dropped - under drop_newest and warn exactly the ones that send refused.

import { readFileSync } from 'node:fs'
import { lineOf } from './lines.js'

/** Returns the violations, as texts; empty = all is well. */
export function violationsOf({ path, policy, accepted, metrics, complete }) {
  const violations = []
  const say = (text) => violations.length < 3 && violations.push(text)
  const threads = accepted.length
  const count = accepted[0].length - 1
  const present = accepted.map(() => new Uint8Array(count + 1))
  const last = accepted.map(() => 0)

  const lines = readFileSync(path, 'latin1').split('\n')
  if (lines.pop() !== '') say('the last line is cut')
  for (const line of lines) {
    const [thread, number] = line.split(' ', 2).map(Number)
    if (!(thread < threads && number >= 1 && number <= count) || line !== lineOf(thread, number)) {
      say(`not a line that was sent: ${line.slice(0, 40)}`)
      continue
    }
    if (number <= last[thread]) say(`thread ${thread}: ${number} came after ${last[thread]}`)
    last[thread] = number
    present[thread][number] = 1
  }

  const { enqueued, written, dropped, pending, errors } = metrics
  if (!complete) say('stop() said that not everything is written')
  if (enqueued !== threads * count) say(`enqueued ${enqueued} of ${threads * count}`)
  if (written !== lines.length) say(`written ${written}, in the file ${lines.length}`)
  if (enqueued !== written + dropped + pending) say(`${enqueued} != ${written} + ${dropped} + ${pending}`)
  if (pending !== 0) say(`pending ${pending}`)
  if (errors !== 0) say(`errors ${errors}`)
  if (policy === 'block' && dropped !== 0) say(`dropped ${dropped} under block`)
  if (policy !== 'drop_oldest' && !sameAs(present, accepted)) say('not exactly the accepted lines are there')
  if (policy === 'drop_oldest' && accepted.some((one) => one.includes(0, 1)))
    say('drop_oldest refused a line')
  return violations
}

function sameAs(present, accepted) {
  return present.every((numbers, thread) => Buffer.compare(numbers, accepted[thread]) === 0)
}
