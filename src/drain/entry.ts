// The writer thread: drains the queues of all writers that one thread has made, in turn, a bounded part of each. Its loop is
// synchronous, so nothing a user's event loop does can hold it up. It sleeps on one bell, always with a time limit, and ends
// when its owner says so.

import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import { useKoffiFile } from '../native/koffi.js'
import { ThreadBell } from '../queue/thread-bell.js'
import { now } from '../runtime.js'
import { currentThread } from './identity.js'
import type { ThreadEvent } from './protocol.js'
import { ThreadState } from './thread-state.js'
import { ThreadTask } from './thread-task.js'
import type { OwnerMessage, ThreadMessage, WorkerData } from './worker.js'

/** A thread without queues waits for a new one, or for its end. */
const IDLE_MS = 10_000

/** Called once, in a thread of its own. */
export function runWriterThread(): void {
  const { koffi, ...data } = workerData as WorkerData
  useKoffiFile(koffi)
  const thread = new WriterThread(data)
  while (thread.turn());
}

class WriterThread {
  readonly #bell: ThreadBell
  readonly #state: ThreadState
  readonly #owner: WorkerData['owner']
  readonly #tasks = new Map<number, ThreadTask>()

  constructor({ bell, state, owner }: Omit<WorkerData, 'koffi'>) {
    this.#bell = new ThreadBell(bell)
    this.#state = new ThreadState(state)
    this.#owner = owner
    this.#state.identity = currentThread
  }

  /** Does what is due, and sleeps until the next thing is. False once the owner has said that this is the end. */
  turn(): boolean {
    const seen = this.#bell.listen()
    this.#state.hear(seen)
    if (this.#state.takeMail() && !this.#readMail()) return false
    let dueAt = now() + IDLE_MS
    for (const [id, task] of this.#tasks) {
      if (this.#state.isRelieved) break
      if (task.isDue(now())) this.#round(id, task)
      dueAt = Math.min(dueAt, task.dueAt)
    }
    if (this.#state.isRelieved) return this.#giveAllAway()
    const ms = dueAt - now()
    if (ms > 0) this.#bell.sleep(seen, ms)
    return true
  }

  /** False if it was the last message. */
  #readMail(): boolean {
    for (let next = receiveMessageOnPort(this.#owner); next !== undefined;) {
      const message = next.message as OwnerMessage
      if (message.type === 'end') return false
      this.#take(message)
      next = receiveMessageOnPort(this.#owner)
    }
    return true
  }

  #take({ id, job, relieved }: Extract<OwnerMessage, { type: 'job' }>): void {
    const emit = (event: ThreadEvent): void => this.#tell({ type: 'event', id, event })
    this.#tasks.get(id)?.giveAway()
    this.#tasks.set(id, new ThreadTask(job, relieved, this.#state, emit))
    this.#tell({ type: 'up', id })
  }

  /** What goes wrong with one queue is no reason to leave the others. */
  #round(id: number, task: ThreadTask): void {
    this.#state.begin()
    try {
      if (task.round()) return
      this.#tell({ type: 'over', id })
    } catch (error) {
      task.drop()
      this.#tell({ type: 'over', id, error })
    } finally {
      this.#state.end()
    }
    this.#tasks.delete(id)
  }

  /** Also the queues that were still on the way. False as {@link turn}. */
  #giveAllAway(): boolean {
    if (this.#state.takeMail() && !this.#readMail()) return false
    for (const task of this.#tasks.values()) task.giveAway()
    this.#tasks.clear()
    this.#state.resume()
    this.#tell({ type: 'free' })
    return true
  }

  #tell(message: ThreadMessage): void {
    this.#owner.postMessage(message)
  }
}
