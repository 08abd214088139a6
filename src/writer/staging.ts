// The first station of a line: send() only stages it. A commit hands over what was staged in one go: at batchSize
// lines, or at the end of the current tick. Runs on the sender's thread; every thread that sends has its own.
//
// Under the policies that refuse or wait, a line is staged only if the queue certainly has room for it, so what
// send() answered stays true.

import { QueuePolicy } from '../constants.js'
import { BytesLine, ChunkBatch, type Batch } from '../queue/batch.js'
import type { Doorbell } from '../queue/doorbell.js'
import type { DropInfo } from '../queue/drop-markers.js'
import { L_BLOCKED_MS, L_DROPPED } from '../queue/layout.js'
import { withLineEnds } from '../queue/line-ends.js'
import { expectLength } from '../queue/overflow.js'
import { putBatch } from '../queue/policies.js'
import type { Producer } from '../queue/producer.js'
import { AsyncLines } from './async-lines.js'
import { expectOutside, type SafeMarker } from './drop-marker.js'
import { Gap } from './gap.js'
import type { LateLines } from './late-lines.js'
import { batchOf, closedError, expectLine, expectWholeLines, sizeOf, toBytes, type Line } from './lines.js'
import { StagedLines, type Room } from './staged-lines.js'
import { now } from '../runtime.js'
import type { Limit } from '../time-limit.js'

const LINE_END: Uint8Array = Buffer.from('\n')

/** What staging needs of the writer it belongs to. */
export interface StagingPorts {
  readonly producer: Producer
  readonly doorbell: Doorbell
  readonly policy: QueuePolicy
  readonly batchSize: number
  readonly marker: SafeMarker | null
  /** True if the queue lies in a file: then the marker of an open gap does too. */
  readonly isCrashSafe: boolean
  /** Wakes whoever drains. */
  readonly wake: () => void
  /** Blocks until `hasRoom` may be true; false = there will never be room. */
  readonly waitForRoom: (hasRoom: () => boolean) => boolean
  /** The lines that room was waited for are in the queue, or given up. */
  readonly doneWaiting: () => void
  /** As waitForRoom without blocking the event loop. */
  readonly waitForRoomAsync: (hasRoom: () => boolean) => Promise<boolean>
  /** True once nobody will ever drain again: what is put then is refused. */
  readonly isOver: () => boolean
  /** True once the reader of the log is gone: whatever is put is dropped. */
  readonly isReaderGone: () => boolean
  /** Told of every loss. */
  readonly onDrop: (lines: number) => void
}

/** Takes lines from one thread and hands them over in batches. */
export class Staging {
  readonly #ports: StagingPorts
  readonly #staged: StagedLines = new StagedLines(() => this.commit())
  #isClosed = false
  readonly #gap: Gap
  readonly #asyncLines: AsyncLines
  /** What takes lines after the end; null = nothing does. */
  #late: LateLines | null = null

  constructor(ports: StagingPorts) {
    this.#ports = ports
    // Where the oldest lines go, the places in the lane are for their gaps: see queue/drop-markers.ts.
    const { lane } = ports.producer
    const keep = (marker: string, gap: DropInfo): void => lane.markers.write(lane.tail(), marker, gap)
    const isLaneOurs = ports.policy !== QueuePolicy.DROP_OLDEST
    this.#gap = new Gap(
      ports.marker,
      isLaneOurs && ports.isCrashSafe ? keep : null,
      isLaneOurs ? lane.markers.resume(lane.tail()) : null,
    )
    this.#asyncLines = new AsyncLines({
      put: (line) => this.#put(batchOf(line)) === 0,
      isReaderGone: ports.isReaderGone,
      fits: (bytes) => ports.producer.fits(bytes),
      waitForRoom: ports.waitForRoomAsync,
    })
    this.#openRoom('text')
  }

  /** Lines accepted and not yet committed. */
  get staged(): number {
    return this.#staged.length
  }

  /** True = accepted, false = dropped. */
  send(line: Line): boolean {
    return this.#staged.add(line) || this.#sendSlowly(line)
  }

  /** As {@link send}; under `block` it waits for room without blocking the event loop. */
  async sendAsync(line: Line): Promise<boolean> {
    if (this.#staged.add(line)) return true
    if (this.#ports.policy !== QueuePolicy.BLOCK || this.#late !== null) return this.#sendSlowly(line)
    this.#expectOpen()
    const plain = expectLine(line)
    const bytes = sizeOf(plain)
    expectLength(bytes - 1) // at once: before it waits, and before it is copied
    this.commit()
    if (this.#asyncLines.isEmpty && this.#ports.producer.fits(bytes)) return this.send(plain)
    this.#staged.close() // later lines must not overtake
    return this.#asyncLines.add(plain)
  }

  /** Sends many whole lines at once: bytes in which every line ends with '\n'. Returns how many were accepted. */
  sendLines(chunk: Uint8Array): number {
    if (this.#late === null) this.#expectOpen()
    const bytes = expectWholeLines(chunk)
    if (bytes.length === 0) return 0
    return withLineEnds(bytes, (ends) => this.#late?.send(bytes, ends) ?? this.#sendChunk(bytes, ends))
  }

  #sendChunk(chunk: Uint8Array, ends: Int32Array): number {
    this.#putWhatWaits()
    const marker = this.#gap.text()
    if (marker.length === 0) return ends.length - this.#put(new ChunkBatch(chunk, ends))
    const shifted = ends.map((end) => end + marker.length)
    return ends.length - this.#put(new ChunkBatch(Buffer.concat([marker, chunk]), shifted))
  }

  /** Hands over what is staged. Never waits: what is staged has room. */
  commit(): void {
    this.#staged.handOver(this.#put)
  }

  /** As {@link commit}, in the middle of another's call: not where the user's dropMarker could be asked. */
  commitUnasked(): void {
    const { policy, marker } = this.#ports
    if (policy !== QueuePolicy.DROP_OLDEST || marker === null) this.commit()
  }

  /** Accepts nothing more but what sendAsync() was called with; waits for that until the limit has passed. */
  async acceptAsyncLines(limit: Limit): Promise<void> {
    this.#closeToNew()
    await this.#asyncLines.settled(limit)
  }

  /** Accepts nothing more; what was accepted is handed over. */
  close(): void {
    this.#closeToNew()
    this.#asyncLines.putWhatFits()
  }

  /**
   * At the very end: lines that were refused last are told of by a line of its own. Where there is no room for it, it is
   * left in the lane, and the consumer puts it behind the others.
   */
  closeGap(): void {
    const { producer, policy } = this.#ports
    const text = this.#gap.text().subarray(0, -1)
    if (!this.#gap.isOpen) return
    if (policy === QueuePolicy.DROP_OLDEST || producer.fits(text.length + 1)) this.#put(new BytesLine(text))
    else producer.lane.markers.write(producer.lane.tail(), text.toString(), this.#gap.info)
  }

  /** The process is ending and this staging is closed; what is sent from now on goes there. */
  goOnWith(late: LateLines): void {
    this.#late = late
  }

  #sendLate(late: LateLines, line: Line): boolean {
    const chunk = Buffer.concat([toBytes(line), LINE_END])
    return late.send(chunk, Int32Array.of(chunk.length)) === 1
  }

  #closeToNew(): void {
    if (this.#isClosed) return
    this.commit()
    this.#isClosed = true
    this.#staged.close()
  }

  #sendSlowly(given: Line): boolean {
    if (this.#late === null) this.#expectOpen()
    const line = expectLine(given)
    if (this.#late !== null) return this.#sendLate(this.#late, line)
    this.#putWhatWaits()
    if (this.#gap.isOpen) return this.#sendAfterGap(line)
    this.#ports.producer.refresh()
    this.#openRoom(typeof line === 'string' ? 'text' : 'bytes')
    return this.#staged.add(line) || this.#put(batchOf(line)) === 0
  }

  /** The first line after a gap carries the marker, so that nothing can come between them. */
  #sendAfterGap(line: Line): boolean {
    const { producer, policy } = this.#ports
    if (policy !== QueuePolicy.DROP_OLDEST && !producer.fits(sizeOf(line))) return this.#refuse()
    return this.#put(new BytesLine(Buffer.concat([this.#gap.text(), toBytes(line)]))) === 0
  }

  #refuse(): false {
    const { producer, doorbell, onDrop } = this.#ports
    producer.refuse(1)
    this.#gap.note(1, 1)
    doorbell.noteFull()
    onDrop(1)
    return false
  }

  /** What was sent before must be in the queue before. */
  #putWhatWaits(): void {
    this.commit()
    this.#asyncLines.putAll()
  }

  /** Puts a batch into the queue as the policy says; returns how many of its lines were refused. */
  readonly #put = (batch: Batch): number => {
    const { producer, policy, doorbell, isOver, onDrop, doneWaiting } = this.#ports
    this.#staged.close() // until it is known anew: a dropMarker that sends must not get in between
    const droppedBefore = producer.lane.total(L_DROPPED)
    if (doorbell.stopped) this.#closeToNew()
    let refused: number
    producer.lane.setPutting(true) // the owner waits for this call before it closes the log
    try {
      refused = isOver() ? refuseAll(producer, batch) : putBatch(producer, batch, policy, this.#waitForRoom)
    } finally {
      producer.lane.setPutting(false)
      doneWaiting()
    }
    const dropped = producer.lane.total(L_DROPPED) - droppedBefore
    this.#gap.note(refused, batch.length)
    if (dropped > 0) {
      doorbell.noteFull()
      onDrop(dropped)
    }
    this.#openRoom('text')
    this.#announce()
    return refused
  }

  /** Rings if what waits is worth it. The first answer may rest on an old position of the consumer. */
  #announce(): void {
    const { producer, doorbell, wake } = this.#ports
    if (!doorbell.isWorthARing(producer.waitingLines, producer.waitingBytes)) return
    producer.refresh()
    if (doorbell.isWorthARing(producer.waitingLines, producer.waitingBytes)) wake()
  }

  readonly #waitForRoom = (bytes: number): boolean => {
    const { producer, waitForRoom } = this.#ports
    const start = now()
    const hasRoom = waitForRoom(() => producer.fits(bytes))
    producer.lane.addTo(L_BLOCKED_MS, now() - start)
    return hasRoom
  }

  #openRoom(form: 'text' | 'bytes'): void {
    const isShut =
      this.#isClosed || this.#gap.isOpen || !this.#asyncLines.isEmpty || this.#ports.isReaderGone()
    if (isShut) this.#staged.close()
    else this.#staged.open(this.#room(), form)
  }

  #room(): Room {
    const { producer, policy, batchSize } = this.#ports
    const { lineLimit, byteLimit } = producer.lane.geometry
    // Where the oldest go, there is always room for what is newer; it must only fit the ring.
    const isEndless = policy === QueuePolicy.DROP_OLDEST
    return {
      lines: Math.min(batchSize, isEndless ? lineLimit : producer.freeLines),
      bytes: isEndless ? byteLimit : producer.freeBytes,
    }
  }

  #expectOpen(): void {
    if (this.#isClosed) throw closedError()
    expectOutside(this.#ports.marker)
  }
}

function refuseAll(producer: Producer, batch: Batch): number {
  producer.refuse(batch.length)
  return batch.length
}
