// What each thread of this process has used, as Linux counts it: the thread that asks, and all others together.

import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds on a processor. */
export function threadTimes() {
  const times = { own: 0, others: 0 }
  for (const thread of readdirSync('/proc/self/task')) {
    const us = timeOf(thread)
    if (Number(thread) === process.pid) times.own += us
    else times.others += us
  }
  return times
}

/** What was used between two looks. */
export function usedBetween(before, after) {
  return { own: after.own - before.own, others: after.others - before.others }
}

function timeOf(thread) {
  try {
    return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1000
  } catch {
    return 0 // it has ended
  }
}
