// Going on with a claim that somebody began to write and did not live to finish: exactly once where the log tells
// what is there already, never a torn line where it does not.

import type { Consumer } from '../queue/consumer.js'
import type { Sink } from '../sinks/sink.js'

/**
 * Brings a claim that a dead consumer left into step with the log. Call once, before the first write.
 * @param isSameLog false if another file stands in the log's place by now
 */
export function resumeClaim(consumer: Consumer, sink: Sink, isSameLog = true): void {
  if (!consumer.resume()) return
  if (isSameLog) {
    const found = sink.alreadyWritten(consumer.ranges(), consumer.current.position)
    if (found.bytes > 0) consumer.advance(found.bytes)
    if (!consumer.hasClaim) return
    if (found.isAtEnd) return // the interrupted line ends where the log ends: go on
  }
  consumer.restartLine(sink.position)
}

/**
 * True if a dead consumer left a piece of its claim at the very end of the log: until the rest is there, whatever is
 * appended sticks to it.
 */
export function leftPieceAtEnd(consumer: Consumer, sink: Sink): boolean {
  if (!consumer.resume()) return false
  const found = sink.alreadyWritten(consumer.ranges(), consumer.current.position)
  return found.isAtEnd && consumer.current.done + found.bytes > 0
}
