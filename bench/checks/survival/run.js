// Who survives what: prints two tables as Markdown and writes the numbers as JSON to bench/results. Install the peers
// first: `npm ci --prefix bench`. Arguments pick contenders by a part of their name.

import { describeEnvironment, environment } from '../../shared/environment.js'
import { saveResults, scratchFolder } from '../../shared/scratch.js'
import { contenders } from './contenders.js'
import { ENDS, measureEnds } from './ends.js'
import { measureFullDisk } from './full-disk.js'

const words = process.argv.slice(2)
const names = []
for (const name of Object.keys(contenders)) {
  if (words.length === 0 || words.some((word) => name.includes(word))) {
    if (await canRun(name)) names.push(name)
  }
}

const folder = scratchFolder()
const machine = environment(folder)
console.log(`${describeEnvironment(machine)}\n`)
console.log(
  'Lines in the file of 2,000 logged in one tick, then the process ends (SIGKILL: after the next start)\n',
)
const ends = await measureEnds(folder, names)
printMarkdown([['', ...ENDS], ...names.map((name) => [name, ...ENDS.map((how) => ends[name][how])])])

console.log('\nA disk of 256 KB: 20 lines, 200 while it is full, room again, 50 more\n')
const disk = await measureFullDisk(
  folder,
  names.filter((name) => !name.includes('crashSafe')),
)
if (disk === null) {
  console.log('not measured: mounting a tmpfs is not permitted here')
} else {
  printMarkdown([
    ['', 'of the 20', 'of the 200', 'of the 50', 'errors the application saw', 'ended with'],
    ...Object.entries(disk).map(([name, { first, whileFull, after, errors, end }]) => [
      name,
      first,
      whileFull,
      after,
      errors,
      end,
    ]),
  ])
}
console.log(`\nWritten to ${saveResults('survival', { machine, ends, disk })}`)

/** Some peers need a newer Node. */
async function canRun(name) {
  const peer = name.match(
    /^(?:pino|winston-daily-rotate-file|winston|rotating-file-stream|log4js|bunyan|tslog)/u,
  )
  if (peer === null) return true
  try {
    await import(peer[0])
    return true
  } catch (error) {
    console.log(`${name} is left out: ${error.message.split('\n')[0]}`)
    return false
  }
}

function printMarkdown(rows) {
  const [heading, ...body] = rows.map((row) => `| ${row.join(' | ')} |`)
  console.log([heading, `|${' --- |'.repeat(rows[0].length)}`, ...body].join('\n'))
}
