// Worker threads that send into a writer of the test, as programs/attached.js does it.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const FILE = new URL('../programs/attached.js', import.meta.url)

/** Starts one; `task` names a function of the fixture. Whatever becomes of it, it is gone after the test. */
export function startThread(t, task, writer, details = {}) {
  const worker = new Worker(FILE, {
    workerData: { task, handle: writer.handle, ...details },
    execArgv: ['--no-warnings'],
  })
  t.after(() => worker.terminate())
  return worker
}

/** Resolves to the first message of a thread; rejects if it fails. */
export async function answerOf(worker) {
  const [answer] = await once(worker, 'message')
  return answer
}
