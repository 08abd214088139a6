// Loads one library, opens a log and sends a line, in a process that has done nothing else: node startup.cjs <task>

const fs = require('node:fs')

const OPEN = {
  'choose-l2': ({ createWriter }, path) => {
    const writer = createWriter(path, { writerType: 'line' })
    return () => writer.send('first')
  },
  pino: ({ pino }, path) => {
    const logger = pino(pino.destination({ dest: path, sync: false }))
    return () => logger.info('first')
  },
  'sonic-boom': ({ default: SonicBoom }, path) => {
    const stream = new SonicBoom({ dest: path })
    return () => stream.write('first\n')
  },
}

main(JSON.parse(process.argv[2])).catch((error) => {
  console.error(error)
  process.exitCode = 1
})

async function main({ form, file, opens, path }) {
  const start = performance.now()
  const library = form === 'import' ? await import(file) : require(file)
  const loaded = performance.now()
  fs.closeSync(fs.openSync(path, 'a')) // so that all of them open a file that exists
  const opened = performance.now()
  const sendFirst = OPEN[opens](library, path)
  const created = performance.now()
  sendFirst()
  while (fs.statSync(path).size === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  const written = performance.now()
  const figures = {
    importMs: loaded - start,
    createMs: created - opened - (opened - loaded),
    firstLineMs: written - opened,
  }
  process.stdout.write(JSON.stringify(figures))
}
