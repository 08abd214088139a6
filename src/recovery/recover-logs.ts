// `recover`: the public way to recover without an application. Used by `choose-l2 recover`.

import { closeSync, constants, openSync } from 'node:fs'
import { expectBoolean, expectOptions } from '../expect.js'
import { findQueues } from './find-queues.js'
import { recoverAll } from './recover.js'
import type { Recovery } from './recovery.js'
import { openTrusted } from '../log/trusted-log.js'
import { cutNulTail } from '../log/nul-tail.js'

const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants

/** Options of {@link recover}. */
export interface RecoverLogsOptions {
  /** Only look: say what would be recovered. Default `false`. */
  dryRun?: boolean
  /** The folder of the queue files, if the writers were given one. Default: the folder of the log. */
  queueDir?: string
}

const OPTIONS: readonly (keyof RecoverLogsOptions)[] = ['dryRun', 'queueDir']

/**
 * Writes the remaining lines of killed writers to their logs, the oldest first. A queue whose writer runs is left
 * alone. Without it, the next writer that opens the log does the same.
 *
 * @param targets logs, or folders: the queues of all logs in them are recovered
 * @returns one entry for each queue that was found; never throws for what a queue file holds
 * @throws ChooseL2Error `ERR_INVALID_ARGUMENT` before any file is touched; `ERR_OPEN_FAILED` for a folder that cannot
 *   be read, with the system error as `cause`
 *
 * @example
 * ```js
 * import { recover } from 'choose-l2'
 *
 * for (const { log, lines, outcome } of recover('logs')) console.log(`${log}: ${lines} lines ${outcome}`)
 * ```
 */
export function recover(targets: string | readonly string[], options: RecoverLogsOptions = {}): Recovery[] {
  expectOptions(options, OPTIONS)
  const { dryRun = false, queueDir = null } = options
  expectBoolean('dryRun', dryRun)
  // All of them first: a folder that cannot be read should stop the call before any queue is touched.
  const found = findQueues(targets, queueDir)
  return found.flatMap(({ target, queues, onlyLog }) => {
    if (onlyLog === null) return recoverAll(queues, { dryRun, onlyFolder: target })
    const recoveries = recoverAll(queues, { dryRun, onlyLog })
    if (!dryRun) cutTailOf(onlyLog)
    return recoveries
  })
}

/** Without a queue file nothing says where a memory-mapped log ends. */
function cutTailOf(log: string): void {
  let fd: number
  try {
    fd = openTrusted(log, (flags) => openSync(log, O_RDWR | O_NOCTTY | O_NONBLOCK | flags))
  } catch {
    return // no log, or none that may be cut
  }
  try {
    cutNulTail(fd, false)
  } finally {
    closeSync(fd)
  }
}
