// The first station of a line. The first lines of a tick go straight into the queue: they are handed over when send()
// returns. What a tick sends beyond them is staged, and a commit hands it over in one go, at batchSize lines or at the end
// of the tick, which costs half as much per line. Runs on the sender's thread; every thread that sends has its own.
//
// How many lines a tick has sent nobody knows without asking Node at each tick. So there is a credit of direct lines: when
// half of it is used, the end of the tick fills it up again. At the beginning of a tick there is at least half.
//
// Under the policies that refuse or wait, a line is staged only if the queue certainly has room for it, so what
// send() answered stays true.

import { QueuePolicy } from '../constants.js'
import { BytesLine, ChunkBatch, type Batch } from '../queue/batch.js'
import { formatMarker } from '../queue/drop-marker.js'
import { withLineEnds } from '../queue/line-ends.js'
import { expectLength } from '../queue/overflow.js'
import { AsyncLines } from './async-lines.js'
import type { LateLines } from './late-lines.js'
import { batchOf, closedError, expectLine, expectWholeLines, sizeOf, toBytes, type Line } from './lines.js'
import { Sender, type SenderPorts } from './sender.js'
import { StagedLines, type StagingRoom } from './staged-lines.js'
import { nextTick } from '../runtime.js'
import type { Limit } from '../time-limit.js'

/** So many lines of every tick are handed over one by one. */
const DIRECT_LINES = 8
/** With twice as many, a tick of few lines need not ask Node for its end. */
const CREDIT: number = 2 * DIRECT_LINES
const LINE_END: Uint8Array = Buffer.from('\n')
const NOTHING: Uint8Array = Buffer.alloc(0)

/** What staging needs of the writer it belongs to. */
export interface StagingPorts extends SenderPorts {
  readonly policy: QueuePolicy
  readonly batchSize: number
  readonly dropMarker: string | null
  /** True once the reader of the log is gone: what is put is dropped. */
  readonly isReaderGone: () => boolean
}

/** Takes lines from one thread and hands them over in batches. */
export class Staging {
  readonly #ports: StagingPorts
  readonly #sender: Sender
  readonly #staged: StagedLines
  /** Lines of this tick that may go straight into the queue. */
  #credit = CREDIT
  /** True while the end of the tick is to fill it up. */
  #isFillingUp = false
  #isClosed = false
  readonly #asyncLines: AsyncLines
  /** What takes lines after the end; null = nothing does. */
  #late: LateLines | null = null

  constructor(ports: StagingPorts) {
    this.#ports = ports
    this.#sender = new Sender(ports)
    this.#staged = new StagedLines(ports.producer.lane, () => this.commit())
    this.#asyncLines = new AsyncLines({
      put: (line) => this.#put(batchOf(line)) === 0,
      isReaderGone: ports.isReaderGone,
      fits: (bytes) => ports.producer.fits(bytes),
      room: ports.room,
    })
    this.#openRoom('text')
  }

  /** Lines accepted and not yet committed. */
  get staged(): number {
    return this.#staged.length
  }

  /** True = accepted, false = dropped. */
  send(line: Line): boolean {
    if (this.#credit > 0) return this.#sendNow(line) || this.#sendSlowly(line, true)
    return this.#staged.add(line) || this.#sendSlowly(line, false)
  }

  /** As {@link send}; under `block` it waits for room without blocking the event loop. */
  async sendAsync(line: Line): Promise<boolean> {
    const isDirect = this.#credit > 0
    if (isDirect ? this.#sendNow(line) : this.#staged.add(line)) return true
    if (this.#ports.policy !== QueuePolicy.BLOCK || this.#late !== null)
      return this.#sendSlowly(line, isDirect)
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
    const marker = this.#openMarker()
    if (marker.length === 0) return ends.length - this.#put(new ChunkBatch(chunk, ends))
    const shifted = ends.map((end) => end + marker.length)
    return ends.length - this.#put(new ChunkBatch(Buffer.concat([marker, chunk]), shifted))
  }

  /** Hands over what is staged. Never waits: what is staged has room. */
  commit(): void {
    this.#sender.settle()
    if (this.#staged.handOver(this.#putStaged)) this.#afterPut()
  }

  /** As {@link commit}, while another call may be under way on this thread, waiting for room. */
  commitMeanwhile(): void {
    if (!this.#sender.isPutting) this.commit()
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

  /** Straight into the queue, by the shortest way. False if the line needs another one; then nothing has happened. */
  #sendNow(line: Line): boolean {
    if (typeof line !== 'string' || !this.#staged.takeRoom(line)) return false
    const { doorbell, producer } = this.#ports
    if (doorbell.stopped || !this.#sender.putAlone(line)) return false
    try {
      if (producer.freeLines > 0) this.#staged.keepOpen()
      this.#useCredit()
      this.#announce()
    } catch {
      // see #afterPut
    }
    return true
  }

  #useCredit(): void {
    this.#credit--
    if (this.#credit > DIRECT_LINES || this.#isFillingUp) return
    nextTick(this.#fillUp)
    this.#isFillingUp = true
  }

  /** Created once, not at each tick. */
  readonly #fillUp = (): void => {
    this.#isFillingUp = false
    this.#credit = this.#credit > 0 ? CREDIT : DIRECT_LINES // after a burst, one more is likely
  }

  /** @param isDirect the line must be in the queue, or refused, when this returns */
  #sendSlowly(given: Line, isDirect: boolean): boolean {
    if (isDirect) this.#useCredit()
    else if (this.#staged.isNextAlone && this.#sendNow(given)) return true
    if (this.#late === null) this.#expectOpen()
    const line = expectLine(given)
    if (this.#late !== null) return this.#sendLate(this.#late, line)
    this.#sender.settle()
    this.#staged.settle()
    if (this.#addLast(line)) return true
    this.#putWhatWaits()
    if (this.#openMarker().length > 0) return this.#sendAfterGap(line)
    this.#ports.producer.refresh()
    this.#openRoom(typeof line === 'string' ? 'text' : 'bytes')
    if (!isDirect && (this.#staged.add(line) || this.#addLast(line))) return true
    return this.#put(batchOf(line)) === 0
  }

  /** The first line after a gap carries the marker, so that nothing can come between them. */
  #sendAfterGap(line: Line): boolean {
    const { producer, policy } = this.#ports
    if (policy !== QueuePolicy.DROP_OLDEST && !producer.fits(sizeOf(line))) return this.#refuse()
    return this.#put(new BytesLine(Buffer.concat([this.#openMarker(), toBytes(line)]))) === 0
  }

  #refuse(): false {
    const { producer, doorbell, onDrop } = this.#ports
    doorbell.noteFull()
    onDrop(1)
    producer.refuse(1) // last: if anything before it throws, the line was not sent
    return false
  }

  /** The marker of the gap before the next line; empty if there is none. */
  #openMarker(): Uint8Array {
    const { producer, dropMarker } = this.#ports
    const gap = dropMarker === null ? null : producer.gap.announce()
    return gap === null ? NOTHING : formatMarker(dropMarker ?? '', gap)
  }

  /** What was sent before must be in the queue before. */
  #putWhatWaits(): void {
    this.commit()
    this.#asyncLines.putAll()
  }

  /** Stages the line that completes a batch, and hands the batch over. False if it completes none. */
  #addLast(line: Line): boolean {
    const isLast = this.#staged.addLast(line, this.#putStaged)
    try {
      if (isLast) this.#afterPut()
    } catch {
      // see #afterPut
    }
    return isLast
  }

  /** Opens no room: lines that were added now would mix with those that are handed over. */
  readonly #putStaged = (batch: Batch): void => {
    this.#staged.close()
    if (this.#ports.doorbell.stopped) this.#isClosed = true
    this.#sender.put(batch, this.#ports.policy, true)
  }

  /** Puts a batch into the queue as the policy says; returns how many of its lines were refused. */
  #put(batch: Batch): number {
    const { policy, doorbell } = this.#ports
    this.#staged.close() // until it is known how much room there is
    if (doorbell.stopped) this.#isClosed = true
    const refused = this.#sender.put(batch, policy)
    try {
      this.#afterPut()
    } catch {
      // see #afterPut
    }
    return refused
  }

  /**
   * Gets ready for the next line. The lines before are in the queue, or refused and counted, so send() must not throw any
   * more: each caller catches, because the call itself can find the stack full. The next send opens the room, and the
   * thread that drains also looks by itself.
   */
  #afterPut(): void {
    this.#staged.settle() // before new lines are staged
    this.#openRoom('text')
    this.#announce()
  }

  /** Rings if what waits is worth it. The first answer may rest on an old position of the consumer. */
  #announce(): void {
    const { producer, doorbell, room } = this.#ports
    if (!doorbell.isWorthARing(producer.waitingLines, producer.waitingBytes)) return
    producer.refresh()
    if (doorbell.isWorthARing(producer.waitingLines, producer.waitingBytes)) room.wake()
  }

  #openRoom(form: 'text' | 'bytes'): void {
    const { producer, dropMarker, isReaderGone } = this.#ports
    const isGapOpen = dropMarker !== null && producer.gap.current !== null
    const isShut = this.#isClosed || isGapOpen || this.#staged.length > 0
    if (isShut || !this.#asyncLines.isEmpty || isReaderGone()) this.#staged.close()
    else this.#staged.open(this.#room(), form)
  }

  #room(): StagingRoom {
    const { producer, policy, batchSize } = this.#ports
    const { lineLimit, byteLimit } = producer.lane.geometry
    // Where the oldest lines are dropped, there is always room for newer ones; they must only fit the ring.
    const isEndless = policy === QueuePolicy.DROP_OLDEST
    return {
      lines: Math.min(batchSize, isEndless ? lineLimit : producer.freeLines),
      bytes: isEndless ? byteLimit : producer.freeBytes,
    }
  }

  #expectOpen(): void {
    if (this.#isClosed) throw closedError()
  }
}
