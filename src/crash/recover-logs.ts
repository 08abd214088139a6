// `recover`: the public way to recover without an application. Used by `choose-l2 recover`.

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { queueFilesIn, queueFilesOf, queueFolder } from './queue-file.js'
import { recoverAll, type Recovery } from './recover.js'

/** Options of {@link recover}. */
export interface RecoverLogsOptions {
  /** Only look: tell what would be recovered. Default `false`. */
  dryRun?: boolean
  /** The folder of the queue files, if the writers were given one. Default: the folder of the log. */
  queueDir?: string
}

/**
 * Puts what killed writers left into their logs, the oldest first. A queue whose writer runs is left alone. Without
 * it, the next writer that opens the log does the same.
 *
 * @param targets logs, or folders of which every queue is recovered
 * @returns one entry for each queue that was found; never throws for what a file holds
 *
 * @example
 * ```js
 * import { recover } from 'choose-l2'
 *
 * for (const { log, lines, outcome } of recover('logs')) console.log(`${log}: ${lines} lines ${outcome}`)
 * ```
 */
export function recover(targets: string | readonly string[], options: RecoverLogsOptions = {}): Recovery[] {
  const { dryRun = false, queueDir } = options
  const list = typeof targets === 'string' ? [targets] : targets
  return list.flatMap((target) => {
    const path = resolve(target)
    if (isFolder(path)) return recoverAll(queueFilesIn(path), { dryRun })
    const folder = queueFolder(path, queueDir === undefined ? null : resolve(queueDir))
    return recoverAll(isFolder(folder) ? queueFilesOf(path, folder) : [], { dryRun, onlyLog: path })
  })
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
