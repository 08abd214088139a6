// Measures one contender once, in a process of its own: nothing that one run compiled, allocated or left warm
// helps the next. Gets its task as an argument, sends its answer as a message, and writes nothing but its file.

import { ChooseL2Error } from '../../index.js'
import { measureBlocks, measureLines, measureSync, measureWriter } from './measure.js'
import type { Answer, Figures, Task } from './task.js'

// The command hears of the signals of the terminal, and ends this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit()) // the command is gone

const task = JSON.parse(process.argv[2] ?? '') as Task
const answer = await measure()
process.send?.(answer, () => process.exit())

async function measure(): Promise<Answer> {
  try {
    return { kind: 'figures', figures: await figuresOf(task) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const isMissing = error instanceof ChooseL2Error && error.code === 'ERR_MMAP_UNAVAILABLE'
    return isMissing ? { kind: 'unavailable', reason: why(reason) } : { kind: 'failed', reason }
  }
}

/** Without the name of the temporary file, and the advice to take another writer. */
function why(message: string): string {
  return /through memory: (.+?)\. Use /.exec(message)?.[1] ?? message
}

function figuresOf({ path, lines, way }: Task): Figures | Promise<Figures> {
  switch (way) {
    case 'fdatasync':
      return measureSync(path)
    case 'blocks':
      return measureBlocks(path, lines)
    case 'lines':
      return measureLines(path, lines)
    case 'block in memory':
      return measureWriter(path, lines, { writerType: 'block', crashSafe: false })
    default:
      return measureWriter(path, lines, { writerType: way })
  }
}
