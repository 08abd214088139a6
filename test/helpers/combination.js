// One run of a combination of writer, mode, policy and number of threads, with everything that must hold then.
// CHOOSE_L2_LINES sets how many lines each thread sends: 5,000 in the suite, 100,000 for the long run.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { expectBalance } from './invariants.js'
import { checkNumbered, lineOf } from './numbered-lines.js'
import { tempFolder } from './temp-folder.js'

const LINES = Number(process.env.CHOOSE_L2_LINES ?? 5000)
/** Small enough that the policies come into play. */
const QUEUE_SIZE = 700
const SAMPLE_EVERY = 250

/** Worker threads that send for one test after the other. */
export class SenderPool {
  #workers

  constructor(threads) {
    const file = new URL('../programs/sender.js', import.meta.url)
    this.#workers = Array.from({ length: threads }, () => new Worker(file, { execArgv: ['--no-warnings'] }))
  }

  /** Lets every worker send; resolves to what each had accepted. */
  sendAll(handle, lines) {
    return Promise.all(
      this.#workers.map(async (worker, sender) => {
        worker.postMessage({ handle, sender, lines })
        const [accepted] = await once(worker, 'message')
        return accepted
      }),
    )
  }

  close() {
    return Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}

/** Runs one combination. `pool` = the threads that send, or null for the calling one. */
export async function runCombination(t, { writerType, mode, policy, thread }, pool) {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { writerType, mode, policy, thread, queueSize: QUEUE_SIZE })
  const accepted = pool === null ? sendHere(writer) : await sendFrom(pool, writer)
  assert.equal(await writer.stop(Infinity), true)
  expectBalance(writer.metrics)

  const { enqueued, written, dropped, pending, bytesWritten } = writer.metrics.getSnapshot()
  const text = readFileSync(path, 'utf8')
  const bySender = checkNumbered(text)
  assert.equal(enqueued, accepted.length * LINES)
  assert.equal(pending, 0)
  assert.equal(writer.linesWritten, written)
  assert.equal(text.split('\n').length - 1, written)
  assert.equal(statSync(path).size, bytesWritten, 'the file is exactly as long as its content')
  accepted.forEach((answers, sender) => expectLinesOf(bySender.get(sender) ?? [], answers, policy))
  if (policy === 'block') assert.equal(dropped, 0)
}

function expectLinesOf(numbers, answers, policy) {
  if (policy === 'drop_oldest') {
    assert.ok(answers.every((answer) => answer === 1))
    assert.equal(numbers.at(-1), LINES - 1, 'the newest line is never dropped')
    return
  }
  const expected = [...answers.keys()].filter((n) => answers[n] === 1)
  assert.deepEqual(numbers, expected, 'the lines that were accepted are there, and no others')
  if (policy === 'block') assert.equal(numbers.length, LINES)
}

function sendHere(writer) {
  const answers = new Uint8Array(LINES)
  for (let n = 0; n < LINES; n++) {
    answers[n] = writer.send(lineOf(0, n)) ? 1 : 0
    if (n % SAMPLE_EVERY === 0) expectBalance(writer.metrics)
  }
  return [answers]
}

/** Looks at the numbers at every turn of the event loop while the threads send. */
async function sendFrom(pool, writer) {
  const over = new AbortController()
  const sample = async () => {
    while (!over.signal.aborted) {
      expectBalance(writer.metrics)
      await nextTurn()
    }
  }
  const sending = pool.sendAll(writer.handle, LINES).finally(() => over.abort())
  const [answers, sampling] = await Promise.allSettled([sending, sample()])
  for (const { status, reason } of [answers, sampling]) if (status === 'rejected') throw reason
  return answers.value
}
