// Recovery by root of queue files that belong to another user. It runs in a process of its own with that user's rights:
// whatever the user has put there, the process can do no more than the user could, and a queue file that is truncated
// while it is mapped kills only that process. Called by recover.ts; the process runs owner-process.ts.

import { BACKGROUND_SCRIPT } from '../background-script.js'
import { koffiFile } from '../native/koffi.js'
import { now } from '../runtime.js'
import { answerAll, messageOf, type Recovery, type RecoverOptions } from './recovery.js'
import type { Owner } from './trusted-file.js'

/** The longest a recovery without a limit of its own may take: the user could make it wait forever. */
const LONGEST_MS = 300_000
/** What a process with a limit may need beyond it: to start, and to finish the queue it has taken up. */
const GRACE_MS = 30_000
const MOST_OUTPUT_BYTES = 256 * 1024 * 1024

/** What the process is asked. */
export interface OwnersTask {
  readonly owner: Owner
  readonly queues: readonly string[]
  readonly options: RecoverOptions
  /** How long it may take; a deadline means nothing in another process. */
  readonly ms: number
  /** See {@link koffiFile}. */
  readonly koffi: string | null
}

/** Recovers queue files of this user. Never throws. */
export function recoverAsOwner(owner: Owner, queues: readonly string[], options: RecoverOptions): Recovery[] {
  try {
    return runProcess(owner, queues, options)
  } catch (error) {
    const advice = `run choose-l2 recover as user ${owner.uid}`
    const what = `the process with the rights of user ${owner.uid} failed`
    return answerAll(queues, 'failed', `${what} (${messageOf(error)}): ${advice}`)
  }
}

function runProcess(owner: Owner, queues: readonly string[], options: RecoverOptions): Recovery[] {
  if (isSingleExecutable()) throw new Error('this executable would start itself, not Node')
  const ms = Math.max(1, Math.round((options.deadline ?? now() + LONGEST_MS) - now()))
  const task: OwnersTask = { owner, queues, options, ms, koffi: koffiFile() }
  const { spawnSync } = process.getBuiltinModule('node:child_process') // rarely needed, and 4 ms to load
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, ['-'], {
    input: `${BACKGROUND_SCRIPT}\nchooseL2.recoverAsThisProcess(${JSON.stringify(task)})`,
    env: environment(),
    cwd: '/',
    timeout: options.deadline === undefined ? ms : ms + GRACE_MS, // it keeps to its own limit
    killSignal: 'SIGKILL',
    maxBuffer: MOST_OUTPUT_BYTES,
    encoding: 'utf8',
    windowsHide: true,
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(signal ?? (stderr.trim() || `exit code ${status}`))
  return JSON.parse(stdout) as Recovery[]
}

/** Node's single executable applications (SEA). */
function isSingleExecutable(): boolean {
  const sea = process.getBuiltinModule('node:sea') as { isSea(): boolean } | undefined
  return sea?.isSea() ?? false
}

/** None of the application's start-up (NODE_OPTIONS); in Electron, Node instead of the application. */
function environment(): NodeJS.ProcessEnv {
  const { LD_LIBRARY_PATH } = process.env
  return { ELECTRON_RUN_AS_NODE: '1', ...(LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH }) }
}
