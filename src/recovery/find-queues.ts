// Which queue files belong to the logs and folders that somebody names. Used by recover() and inspectQueues().

import { statSync } from 'node:fs'
import { types } from 'node:util'
import { ChooseL2Error } from '../errors.js'
import { absolutePath, expectPath, invalid } from '../expect.js'
import { isKernelPath } from '../memory/log-path.js'
import { queueFolder } from '../memory/queue-file.js'
import { queueFilesIn } from '../memory/queue-names.js'

/** The queues of one target. */
export interface Queues {
  readonly target: string
  readonly queues: readonly string[]
  /** The log they must belong to; `null` = any in the folder. */
  readonly onlyLog: string | null
}

/** @throws ChooseL2Error `ERR_INVALID_ARGUMENT`; `ERR_OPEN_FAILED` for a folder that cannot be read */
export function findQueues(targets: unknown, queueDir: string | null): Queues[] {
  const paths = expectTargets(targets)
  if (queueDir !== null) expectQueueDir(queueDir)
  return paths.map((path) => queuesOf(path, queueDir))
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

function queuesOf(target: string, queueDir: string | null): Queues {
  try {
    const elsewhere = queueDir === null ? null : absolutePath(queueDir)
    if (isFolder(target)) return { target, queues: queuesOfFolder(target, elsewhere), onlyLog: null }
    const folder = queueFolder(target, elsewhere)
    const queues = isFolder(folder) && !isKernelPath(target) ? queueFilesIn(folder, target) : []
    return { target, queues, onlyLog: target }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `Could not look for queues of ${target}: ${reason}`
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
