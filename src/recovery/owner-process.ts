// The process that recovers with the rights of the queue files' owner, started by recover-as-owner.ts. It keeps root as
// its real user, so the owner can neither signal nor trace it. All code is loaded before it gives up its rights, as the
// owner may not be able to read it.

import { useKoffiFile } from '../native/koffi.js'
import { loadLibc } from '../native/libc.js'
import { now } from '../runtime.js'
import { recoverAll } from './recover.js'
import type { OwnersTask } from './recover-as-owner.js'
import type { Owner } from './trusted-file.js'

/** Called once, in a process of its own; writes the answer to standard output. */
export function recoverAsThisProcess({ owner, queues, options, ms, koffi }: OwnersTask): void {
  useKoffiFile(koffi)
  loadLibc()
  become(owner)
  const recoveries = recoverAll(queues, { ...options, deadline: now() + ms, logOwner: owner.uid })
  process.stdout.write(JSON.stringify(recoveries))
}

/** Missing in Node's types. */
interface ProcessWithGroups {
  initgroups?(user: number, extraGroup: number): void
}

function become({ uid, gid }: Owner): void {
  joinGroups(uid, gid)
  process.setegid?.(gid)
  process.seteuid?.(uid)
  if (process.geteuid?.() !== uid) throw new Error(`Expected to become user ${uid}`)
}

/** The owner's groups, as the folder may be open to one of them only. */
function joinGroups(uid: number, gid: number): void {
  try {
    ;(process as ProcessWithGroups).initgroups?.(uid, gid)
  } catch {
    process.setgroups?.([gid]) // a user without a name
  }
}
