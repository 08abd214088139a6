// Waiting for the consumer's answer to a request, blocking or not, on any thread that asked. In slices, so that the
// death of whoever should answer is noticed.

import { SLICE_MS } from '../queue/wait-for-room.js'
import type { Control, Request } from './protocol.js'
import { now } from '../runtime.js'

/** True = done; false = failed, or not in time; null = the consumer has ended and answers nothing more. */
export type Answer = boolean | null

/** Waits for the answer for at most `ms`. */
export async function awaitAnswer(
  control: Control,
  request: Request,
  ticket: number,
  ms: number,
): Promise<Answer> {
  const deadline = now() + ms
  for (;;) {
    const seen = control.answers
    const answer = answerSoFar(control, request, ticket)
    if (answer !== undefined) return answer
    const left = deadline - now()
    if (left <= 0) return false
    await control.answerAsync(seen, Math.min(left, SLICE_MS))
  }
}

/**
 * As {@link awaitAnswer}, blocking the thread.
 * @param work does the consumer's work on this thread until it is done or the deadline; false if it cannot
 */
export function awaitAnswerSync(
  control: Control,
  request: Request,
  ticket: number,
  ms: number,
  work: (isDone: () => boolean, deadline: number) => boolean,
): Answer {
  const deadline = now() + ms
  const isAnswered = (): boolean => answerSoFar(control, request, ticket) !== undefined
  for (;;) {
    const seen = control.answers
    const answer = answerSoFar(control, request, ticket)
    if (answer !== undefined) return answer
    const left = deadline - now()
    if (left <= 0) return false
    if (!work(isAnswered, deadline)) control.waitForAnswer(seen, Math.min(left, SLICE_MS))
  }
}

/** Undefined = not yet. */
function answerSoFar(control: Control, request: Request, ticket: number): Answer | undefined {
  const isOver = control.isStopped // first: the answer may be the last thing it says
  const answer = control.answer(request, ticket)
  if (answer !== null) return answer
  return isOver ? null : undefined
}
