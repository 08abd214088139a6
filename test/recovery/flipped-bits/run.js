// Flips every bit of the headers of queue files in several states, and recovers each: node <this> [words of a state]
// Takes minutes; TMPDIR=/dev/shm makes it faster. Prints a line for each state and the bits whose damage was not noticed; exits 1 if there are any.

import { createState, headerBits, recoverFlipped, STATE_NAMES } from './states.js'

const wanted = process.argv.slice(2).join(' ')
const cleanups = []
const t = { after: (work) => cleanups.push(work) }
try {
  for (const name of STATE_NAMES.filter((each) => each.includes(wanted))) {
    const state = await createState(t, name)
    const counts = { right: 0, reported: 0, wrong: 0 }
    const wrong = []
    for (const bit of headerBits(state)) {
      const result = recoverFlipped(state, bit)
      counts[result]++
      if (result === 'wrong') wrong.push(`byte ${bit >> 3} bit ${bit & 7}`)
    }
    console.log(`${name}: ${counts.right} harmless, ${counts.reported} reported, ${counts.wrong} not noticed`)
    for (const where of wrong) console.log(`    ${where}`)
    if (wrong.length > 0) process.exitCode = 1
  }
} finally {
  for (const work of cleanups) work()
}
