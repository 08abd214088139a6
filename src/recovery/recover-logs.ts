// `recover`: the public way to recover without an application. Used by `choose-l2 recover`.

import { closeSync, constants, openSync, statSync } from 'node:fs'
import { types } from 'node:util'
import { ChooseL2Error } from '../errors.js'
import { absolutePath, expectBoolean, expectOptions, expectPath, invalid } from '../expect.js'
import { isKernelPath } from '../memory/log-path.js'
import { queueFolder } from '../memory/queue-file.js'
import { queueFilesIn } from '../memory/queue-names.js'
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
  const paths = expectTargets(targets)
  expectOptions(options, OPTIONS)
  const { dryRun = false, queueDir = null } = options
  expectBoolean('dryRun', dryRun)
  if (queueDir !== null) expectQueueDir(queueDir)
  // First, as a folder that cannot be read should stop the call before any queue is touched.
  for (const path of paths) queuesOf(path, queueDir)
  return paths.flatMap((path) => {
    const { queues, onlyLog } = queuesOf(path, queueDir)
    if (onlyLog === null) return recoverAll(queues, { dryRun, onlyFolder: path })
    const recoveries = recoverAll(queues, { dryRun, onlyLog })
    if (!dryRun) cutTailOf(onlyLog)
    return recoveries
  })
}

function expectTargets(targets: unknown): string[] {
  const list: unknown[] = !types.isProxy(targets) && Array.isArray(targets) ? targets : [targets]
  return list.map((target) => {
    if (typeof target !== 'string' || target === '' || target.includes('\0')) {
      throw invalid('targets', 'to be the path of a log or folder, or an array of such paths', target)
    }
    return absolutePath(target)
  })
}

function expectQueueDir(queueDir: unknown): void {
  expectPath('queueDir', queueDir)
  if (!isFolder(queueDir)) throw invalid('queueDir', 'to be a folder that exists', queueDir)
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

interface Queues {
  readonly queues: readonly string[]
  /** The log they must belong to; `null` = any. */
  readonly onlyLog: string | null
}

function queuesOf(path: string, queueDir: string | null): Queues {
  try {
    const elsewhere = queueDir === null ? null : absolutePath(queueDir)
    if (isFolder(path)) return { queues: queuesOfFolder(path, elsewhere), onlyLog: null }
    const folder = queueFolder(path, elsewhere)
    return {
      queues: isFolder(folder) && !isKernelPath(path) ? queueFilesIn(folder, path) : [],
      onlyLog: path,
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `Could not look for queues of ${path}: ${reason}`
    throw new ChooseL2Error('ERR_OPEN_FAILED', message, { cause })
  }
}

/** Both places: a writer may have run with the option queueDir and without it. */
function queuesOfFolder(folder: string, queueDir: string | null): string[] {
  const beside = queueFilesIn(folder)
  return queueDir === null || queueDir === folder ? beside : [...beside, ...queueFilesIn(queueDir)]
}

/** Throws where nobody may look. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
