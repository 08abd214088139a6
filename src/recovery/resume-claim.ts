// Going on with a claim that somebody began to write and did not live to finish: exactly once where the log tells
// what is there already, never a torn line where it does not.

import type { Consumer } from '../queue/consumer.js'
import type { Found, Sink } from '../log/sink.js'

/**
 * Brings a claim that a dead consumer left into step with the log. Call once, before the first write.
 * @param isSameFile false if the log may be another file by now
 */
export function resumeClaim(consumer: Consumer, sink: Sink, isSameFile = true): void {
  if (!consumer.resume()) return
  const found = look(consumer, sink, isSameFile)
  if (found.bytes > 0) consumer.advance(found.bytes)
  if (!consumer.hasClaim) return
  if (found.isAtEnd) return // the interrupted line ends where the log ends: go on
  consumer.restartLine(sink.position)
}

/**
 * True if a dead consumer left a piece of its claim at the very end of the log: until the rest is there, whatever is
 * appended sticks to it.
 */
export function leftPieceAtEnd(consumer: Consumer, sink: Sink, isSameFile: boolean): boolean {
  if (!consumer.resume()) return false
  const found = look(consumer, sink, isSameFile)
  return found.isAtEnd && consumer.current.done + found.bytes > 0
}

function look(consumer: Consumer, sink: Sink, isSameFile: boolean): Found {
  const { position } = consumer.current
  return sink.alreadyWritten({ ranges: consumer.ranges(), position, piece: consumer.piece(), isSameFile })
}
