// The queue as plain arrays: what every lane holds, and what becomes of each line. The real queue is compared
// with it after each operation.

import { asLine } from './queue.js'

/** One lane of the model. Lines are buffers with their '\n'. */
class ModelLane {
  waiting = []
  /** Lines of `waiting` that the consumer has seen. */
  seen = 0
  enqueued = 0
  written = 0
  dropped = 0
  expected = []
}

/** A queue of several lanes, with the one place for a line larger than a ring. */
export class ModelQueue {
  /** @param geometry of the real queue */
  constructor(geometry) {
    this.geometry = geometry
    this.lanes = Array.from({ length: geometry.lanes }, () => new ModelLane())
    /** What the consumer works on: { lane, lines, bytes, done, whole, isOversized }. */
    this.claim = null
    /** The oversized line that waits or is being written. */
    this.oversized = null
  }

  isOversized(line) {
    return line.length > this.geometry.byteLimit
  }

  /** Lines that take room in the ring; in place, also those being written. */
  lines(lane) {
    return this.#held(lane).length + lane.waiting.length
  }

  bytes(lane) {
    return [...this.#held(lane), ...lane.waiting].reduce(
      (sum, line) => sum + (this.isOversized(line) ? 0 : line.length),
      0,
    )
  }

  #held(lane) {
    if (this.claim === null || this.claim.lane !== lane || this.claim.isOversized) return []
    return this.geometry.copiedClaims ? [] : this.claim.lines.slice(this.claim.whole)
  }

  /** How many of the lines fit together, in order. */
  fitting(lane, contents) {
    const lines = contents.map(asLine)
    const { lineLimit, byteLimit } = this.geometry
    let bytes = this.bytes(lane)
    let count = 0
    while (count < lines.length && this.lines(lane) + count < lineLimit) {
      bytes += lines[count].length
      if (bytes > byteLimit) break
      count++
    }
    if (count > 0 || lines.length === 0) return count
    const isPlaceFree = this.isOversized(lines[0]) && this.oversized === null
    return isPlaceFree && this.lines(lane) < lineLimit ? 1 : 0
  }

  put(lane, contents) {
    for (const line of contents.map(asLine)) {
      lane.enqueued++
      lane.waiting.push(line)
      if (this.isOversized(line)) this.oversized = line
    }
  }

  refuse(lane, count) {
    lane.enqueued += count
    lane.dropped += count
  }

  /** The fewest oldest lines without which `lines` lines of `bytes` bytes fit, or all. */
  dropsFor(lane, lines, bytes) {
    const { lineLimit, byteLimit } = this.geometry
    const isOversized = bytes > byteLimit
    if (isOversized && this.oversized !== null && !lane.waiting.includes(this.oversized)) return 0
    const rest = [...lane.waiting]
    let drops = 0
    const fits = () =>
      rest.length + lines <= lineLimit &&
      (isOversized
        ? !rest.includes(this.oversized)
        : rest.reduce((sum, line) => sum + (this.isOversized(line) ? 0 : line.length), 0) + bytes <=
          byteLimit)
    while (rest.length > 0 && !fits()) {
      rest.shift()
      drops++
    }
    return drops
  }

  drop(lane, count) {
    for (const line of lane.waiting.splice(0, count)) if (line === this.oversized) this.oversized = null
    lane.seen = Math.max(0, lane.seen - count)
    lane.dropped += count
  }

  look() {
    for (const lane of this.lanes) lane.seen = lane.waiting.length
  }

  /** What a claim from this lane takes. */
  startClaim(lane, maxBytes, maxLines) {
    let count = Math.min(lane.seen, maxLines)
    const at = lane.waiting.findIndex((line) => this.isOversized(line))
    if (at === 0) count = 1
    else if (at > 0) count = Math.min(count, at)
    while (count > 1 && Buffer.concat(lane.waiting.slice(0, count)).length > maxBytes) count--
    const lines = lane.waiting.splice(0, count)
    lane.seen -= count
    this.claim = { lane, lines, bytes: Buffer.concat(lines), done: 0, whole: 0, isOversized: at === 0 }
  }

  /** The sink took so many bytes more; returns how many lines became whole by that. */
  advance(bytes) {
    const { claim } = this
    claim.done += bytes
    const before = claim.whole
    let end = claim.lines.slice(0, before).reduce((sum, line) => sum + line.length, 0)
    for (const line of claim.lines.slice(before)) {
      end += line.length
      if (end <= claim.done) claim.whole++
    }
    claim.lane.written += claim.whole - before
    const more = claim.whole - before
    if (claim.done === claim.bytes.length) {
      if (claim.isOversized) this.oversized = null
      this.claim = null
    }
    return more
  }
}
