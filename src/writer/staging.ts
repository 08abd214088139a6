// The first station of a line: send() only puts the string into an array. A commit joins what was staged and
// hands it over in one go: at batchSize lines, or at the end of the current tick. Runs on the sender's thread;
// every thread that sends has its own.
//
// Under the policies that refuse or wait, a line is staged only if the queue certainly has room for it, so what
// send() answered stays true.

import { QueuePolicy } from '../constants.js'
import { ChooseL2Error } from '../errors.js'
import { invalid } from '../options.js'
import { BytesLine, ChunkBatch, TextBatch, type Batch } from '../queue/batch.js'
import type { Doorbell } from '../queue/doorbell.js'
import { L_BLOCKED_MS, L_DROPPED } from '../queue/layout.js'
import { putBatch } from '../queue/policies.js'
import { MAX_BYTES_PER_UNIT, type Producer } from '../queue/producer.js'

const NEWLINE = 0x0a
/** setTimeout's limit. */
const LONGEST_MS: number = 2 ** 31 - 1

/** What staging needs of the writer it belongs to. */
export interface StagingPorts {
  readonly producer: Producer
  readonly doorbell: Doorbell
  readonly policy: QueuePolicy
  readonly batchSize: number
  /** Wakes whoever drains. */
  readonly wake: () => void
  /** Blocks until `hasRoom` may be true; false = there will never be room. */
  readonly waitForRoom: (hasRoom: () => boolean) => boolean
  /** As waitForRoom without blocking the event loop. */
  readonly waitForRoomAsync: (hasRoom: () => boolean) => Promise<boolean>
  /** True once nobody will ever drain again: what is put then is refused. */
  readonly isOver: () => boolean
  /** Told of every loss. */
  readonly onDrop: (lines: number) => void
}

interface AsyncLine {
  readonly line: string | Uint8Array
  readonly accepted: () => void
  readonly refused: (error: ChooseL2Error) => void
}

/** Takes lines from one thread and hands them over in batches. */
export class Staging {
  readonly #ports: StagingPorts
  #lines: string[] = []
  /** Lines and bytes that may be staged before the next commit; both 0 when closed. */
  #roomLines = 0
  #roomBytes = 0
  #isCommitDue = false
  #isClosed = false
  readonly #asyncLines: AsyncLine[] = []
  #onAsyncLinesGone: () => void = () => {}

  constructor(ports: StagingPorts) {
    this.#ports = ports
    this.#openRoom()
  }

  /** Lines accepted and not yet committed. */
  get staged(): number {
    return this.#lines.length
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** True = accepted, false = dropped. */
  send(line: string | Uint8Array): boolean {
    if (typeof line === 'string') {
      const most = line.length * MAX_BYTES_PER_UNIT + 1
      if (most <= this.#roomBytes && this.#roomLines > 0) {
        this.#stage(line, most)
        return true
      }
    }
    return this.#sendSlowly(line)
  }

  /** As {@link send}; under `block` it waits for room without blocking the event loop. */
  async sendAsync(line: string | Uint8Array): Promise<boolean> {
    if (this.#ports.policy !== QueuePolicy.BLOCK) return this.send(line)
    this.#expectOpen()
    expectLine(line)
    this.commit()
    if (this.#asyncLines.length === 0 && this.#ports.producer.fits(sizeOf(line))) return this.send(line)
    return new Promise((resolve, reject) => {
      // The caller may use its bytes again before their turn comes.
      const kept = typeof line === 'string' ? line : Buffer.from(line)
      this.#asyncLines.push({ line: kept, accepted: () => resolve(true), refused: reject })
      this.#closeRoom() // later lines must not overtake
      if (this.#asyncLines.length === 1) void this.#acceptAsyncLines()
    })
  }

  /** Sends many whole lines at once: bytes in which every line ends with '\n'. Returns how many were accepted. */
  sendLines(chunk: Uint8Array): number {
    this.#expectOpen()
    if (!(chunk instanceof Uint8Array)) throw invalid('chunk', 'to be a Uint8Array', chunk)
    const ends = lineEnds(chunk)
    if (ends.length === 0) return 0
    this.#putWhatWaits()
    return ends.length - this.#put(new ChunkBatch(chunk, ends))
  }

  /** Hands over what is staged. Never waits: what is staged has room. */
  commit(): void {
    if (this.#lines.length === 0) return
    const lines = this.#lines
    this.#lines = []
    this.#put(new TextBatch(lines))
  }

  /** Accepts nothing more but what sendAsync() was called with; waits for that, for at most `ms`. */
  async acceptAsyncLines(ms: number): Promise<void> {
    this.#closeToNew()
    if (this.#asyncLines.length === 0) return
    const last = new Promise<void>((resolve) => {
      this.#onAsyncLinesGone = resolve
    })
    let timer: NodeJS.Timeout | undefined
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(ms, LONGEST_MS))
    })
    await Promise.race([last, timeUp])
    clearTimeout(timer)
  }

  /** Accepts nothing more; what was accepted is handed over. */
  close(): void {
    this.#closeToNew()
    for (const next of this.#asyncLines.splice(0)) {
      if (this.#ports.producer.fits(sizeOf(next.line))) this.#accept(next)
      else next.refused(closedError())
    }
  }

  #closeToNew(): void {
    if (this.#isClosed) return
    this.commit()
    this.#isClosed = true
    this.#closeRoom()
  }

  #stage(line: string, most: number): void {
    this.#roomBytes -= most
    this.#lines.push(line)
    if (--this.#roomLines === 0) this.commit()
    else if (!this.#isCommitDue) this.#commitAtEndOfTick()
  }

  #commitAtEndOfTick(): void {
    this.#isCommitDue = true
    process.nextTick(() => {
      this.#isCommitDue = false
      this.commit()
    })
  }

  #sendSlowly(line: string | Uint8Array): boolean {
    this.#expectOpen()
    expectLine(line)
    this.#putWhatWaits()
    if (typeof line !== 'string') return this.#put(new BytesLine(line)) === 0
    this.#ports.producer.refresh()
    this.#openRoom()
    const most = line.length * MAX_BYTES_PER_UNIT + 1
    if (most > this.#roomBytes || this.#roomLines === 0) return this.#put(new TextBatch([line])) === 0
    this.#stage(line, most)
    return true
  }

  /** What was sent before must be in the queue before. */
  #putWhatWaits(): void {
    this.commit()
    for (const next of this.#asyncLines.splice(0)) this.#accept(next)
  }

  #accept({ line, accepted }: AsyncLine): void {
    this.#put(typeof line === 'string' ? new TextBatch([line]) : new BytesLine(line))
    accepted()
  }

  /** Puts a batch into the queue as the policy says; returns how many of its lines were refused. */
  #put(batch: Batch): number {
    const { producer, policy, doorbell, isOver, onDrop } = this.#ports
    const droppedBefore = producer.lane.total(L_DROPPED)
    if (doorbell.stopped) this.#closeToNew()
    const refused = isOver()
      ? refuseAll(producer, batch)
      : putBatch(producer, batch, policy, (bytes) => this.#waitForRoom(bytes))
    const dropped = producer.lane.total(L_DROPPED) - droppedBefore
    if (dropped > 0) {
      doorbell.noteFull()
      onDrop(dropped)
    }
    this.#openRoom()
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

  #waitForRoom(bytes: number): boolean {
    const { producer, waitForRoom } = this.#ports
    const start = performance.now()
    const hasRoom = waitForRoom(() => producer.fits(bytes))
    producer.lane.addTo(L_BLOCKED_MS, performance.now() - start)
    return hasRoom
  }

  async #acceptAsyncLines(): Promise<void> {
    const { producer, waitForRoomAsync } = this.#ports
    for (let next = this.#asyncLines[0]; next !== undefined; next = this.#asyncLines[0]) {
      const bytes = sizeOf(next.line)
      const hasRoom = await waitForRoomAsync(() => producer.fits(bytes))
      if (this.#asyncLines[0] !== next) continue // a later send() or close() saw to it
      if (!hasRoom) return this.#refuseAsyncLines()
      this.#asyncLines.shift()
      this.#accept(next)
    }
    this.#onAsyncLinesGone()
  }

  #refuseAsyncLines(): void {
    for (const { refused } of this.#asyncLines.splice(0)) refused(closedError())
  }

  #openRoom(): void {
    const { producer, policy, batchSize } = this.#ports
    if (this.#isClosed || this.#asyncLines.length > 0) {
      this.#closeRoom()
    } else if (policy === QueuePolicy.DROP_OLDEST) {
      // There is always room for what is newer; it must only fit the ring.
      this.#roomLines = Math.min(batchSize, producer.lane.geometry.lineLimit)
      this.#roomBytes = producer.lane.geometry.byteLimit
    } else {
      this.#roomLines = Math.min(batchSize, producer.freeLines)
      this.#roomBytes = producer.freeBytes
    }
  }

  #closeRoom(): void {
    this.#roomLines = 0
    this.#roomBytes = 0
  }

  #expectOpen(): void {
    if (this.#isClosed) throw closedError()
  }
}

function refuseAll(producer: Producer, batch: Batch): number {
  producer.refuse(batch.length)
  return batch.length
}

function expectLine(line: unknown): asserts line is string | Uint8Array {
  if (typeof line === 'string' || line instanceof Uint8Array) return
  throw invalid('line', 'to be a string or a Uint8Array', line)
}

function sizeOf(line: string | Uint8Array): number {
  return (typeof line === 'string' ? Buffer.byteLength(line) : line.length) + 1
}

function lineEnds(chunk: Uint8Array): number[] {
  const ends: number[] = []
  // A loop, not indexOf: a call for each line costs more than looking at the bytes of a short one.
  for (let at = 0; at < chunk.length; at++) if (chunk[at] === NEWLINE) ends.push(at + 1)
  if (chunk.length > 0 && chunk[chunk.length - 1] !== NEWLINE) {
    throw invalid('chunk', "to end with '\\n'", `…${String.fromCharCode(...chunk.subarray(-10))}`)
  }
  return ends
}

function closedError(): ChooseL2Error {
  return new ChooseL2Error(
    'ERR_WRITER_CLOSED',
    'Expected an open writer, but it was stopped: send nothing after stop()',
  )
}
