// Waits for the consumer's answer to a request, blocking or not, on any thread that asked. It waits in slices, so that
// it notices when the thread that should answer dies.

import { TimeLimit, type Limit, SLICE_MS } from '../time-limit.js'
import type { DrainRecord } from '../queue/drain-record.js'
import type { Control, Request } from './protocol.js'

/** True = done; false = failed, or not in time; null = the consumer has ended and answers nothing more. */
export type Answer = boolean | null

/** At most `ms` without a write that reached the kernel. */
export function limitOf(record: DrainRecord, ms: number): TimeLimit {
  return new TimeLimit(ms, () => record.flushes)
}

/** Waits for the answer until the limit has passed. */
export async function awaitAnswer(
  control: Control,
  request: Request,
  ticket: number,
  limit: Limit,
): Promise<Answer> {
  for (;;) {
    const seen = control.answers
    const answer = answerSoFar(control, request, ticket)
    if (answer !== undefined) return answer
    const left = limit.left()
    if (left <= 0) return false
    await control.answerAsync(seen, Math.min(left, SLICE_MS))
  }
}

/**
 * As {@link awaitAnswer}, blocking the thread.
 * @param work does the consumer's work on this thread until it is done or the limit has passed, at least one turn of
 *   it; false if a living thread does it
 */
export function awaitAnswerSync(
  control: Control,
  request: Request,
  ticket: number,
  limit: Limit,
  work: (isDone: () => boolean) => boolean,
): Answer {
  const isAnswered = (): boolean => answerSoFar(control, request, ticket) !== undefined
  for (;;) {
    const seen = control.answers
    const answer = answerSoFar(control, request, ticket)
    if (answer !== undefined) return answer
    const hasWorked = work(isAnswered)
    const left = limit.left()
    if (left <= 0) return answerSoFar(control, request, ticket) ?? false
    if (!hasWorked) control.waitForAnswer(seen, Math.min(left, SLICE_MS))
  }
}

/** Undefined = not yet. */
function answerSoFar(control: Control, request: Request, ticket: number): Answer | undefined {
  const isOver = control.isStopped // first: the answer may be the last thing it says
  const answer = control.answer(request, ticket)
  if (answer !== null) return answer
  return isOver ? null : undefined
}
