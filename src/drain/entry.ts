// The writer thread: drains until a stop is asked for and everything is written. Its loop is synchronous, so
// nothing a user's event loop does can hold it up; it sleeps on the doorbell, always with a time limit.

import { workerData, type MessagePort } from 'node:worker_threads'
import { openMemory } from '../memory/open-memory.js'
import { useKoffiFile } from '../native/koffi.js'
import { loadLibc } from '../native/libc.js'
import { Doorbell } from '../queue/doorbell.js'
import { createDrainLoop, type DrainJob } from './drain-job.js'
import { currentThread, isThreadAlive } from './identity.js'
import { Control } from './protocol.js'
import type { ThreadMessage, WorkerData } from './worker.js'

/** While the owner's thread drains, this one waits: the owner gives the role away when it hears that we are up. */
const ROLE_RETRY_MS = 5

/** Called once, in a thread of its own; returns when everything is written. */
export function runWriterThread(): void {
  const { job, events, koffi } = workerData as WorkerData
  useKoffiFile(koffi)
  const doorbell = new Doorbell(job.bell)
  events.postMessage({ type: 'up' } satisfies ThreadMessage)
  const control = new Control(job.control)
  if (takeRole(doorbell, control)) drain(job, doorbell, control, events)
}

function drain(job: DrainJob, doorbell: Doorbell, control: Control, events: MessagePort): void {
  const memory = openMemory(job.memory)
  if (job.log.live !== null) loadLibc() // for its lock
  const loop = createDrainLoop(job, memory, (event) => events.postMessage(event))
  control.setLoaded(true)
  while (!loop.isOver) {
    const seen = doorbell.listen()
    const rest = loop.turn()
    if (rest.ms <= 0) continue
    doorbell.wakeAt(rest.lines, rest.bytes)
    // Blocking this thread is its purpose: it has no event loop to starve.
    if (loop.isWokenBy(rest)) doorbell.sleep(seen, 0)
    else doorbell.sleep(seen, rest.ms)
  }
  doorbell.leaveRole(currentThread)
  memory.unmap() // nothing runs here any more, and what a thread has mapped does not end with it
}

/** False if the writer has been stopped: then its log is closed, and the descriptor's number may be another file's. */
function takeRole(doorbell: Doorbell, control: Control): boolean {
  for (;;) {
    const hasRole = doorbell.takeRole(currentThread, isThreadAlive)
    if (!control.isStopped && hasRole) return true
    if (control.isStopped) {
      if (hasRole) doorbell.leaveRole(currentThread)
      return false
    }
    doorbell.sleep(doorbell.listen(), ROLE_RETRY_MS)
  }
}
