// The consumer: takes lines out of the queue and gives them to the sink. One turn() does what is due now and
// says how to rest; its driver (entry.ts on the writer thread, host.ts on the caller's) does the resting.
// It holds no line: what it works on is noted in the queue's memory, so another loop can go on at any moment.

import { Backoff } from './backoff.js'
import { Durability } from './durability.js'
import { FileChanges } from './file-changes.js'
import { reportFailure, type Control, type ThreadEvent } from './protocol.js'
import type { Pacing, Rest } from './pacing.js'
import { resumeClaim } from '../recovery/resume-claim.js'
import { systemErrorCode } from '../errors.js'
import type { Consumer } from '../queue/consumer.js'
import { CLAIM_BYTES, type Place } from '../queue/claim.js'
import type { DrainRecord } from '../queue/drain-record.js'
import { NEVER, type Doorbell } from '../queue/doorbell.js'
import type { LiveSink } from '../log/live-sink.js'
import type { Sink } from '../log/sink.js'

/** How often dead threads are looked for; more often while a thread waits for what they hold. */
const REAP_EVERY_MS = 1000
const REAP_EVERY_MS_WHEN_WANTED = 20

/** Each one asked is a reason to try again at once; a stop is only the first time. */
const REPEATED = ['flush', 'sync', 'rotate', 'reopen'] as const
type Tickets = Record<(typeof REPEATED)[number], number>

/** Milliseconds that only go forward. */
export interface Clock {
  now(): number
}

/** What a drain loop works with. */
export interface DrainPorts {
  readonly consumer: Consumer
  readonly doorbell: Doorbell
  readonly control: Control
  readonly record: DrainRecord
  readonly sink: Sink
  /** That sink, if its file may be replaced by another one. */
  readonly live: Pick<LiveSink, 'look' | 'reopen' | 'rotate'> | null
  readonly pacing: Pacing
  /** True if a write that failed with this code says that nothing can ever be written again. */
  readonly isReaderGone: (code: string | undefined) => boolean
  readonly syncIntervalMs: number
  readonly clock: Clock
  /** Looks for lanes whose threads have died. */
  readonly reap: () => void
  readonly emit: (event: ThreadEvent) => void
}

/** The consumer's work, one turn at a time. */
export class DrainLoop {
  readonly #ports: DrainPorts
  readonly #durability: Durability
  readonly #files: FileChanges
  readonly #backoff = new Backoff()
  #retryAt = 0
  #lastReap = 0
  /** The newest tickets seen at the last failure: a newer one is a reason to try at once. */
  #askedAtFailure = ''
  /** Whether what a dead consumer left has been looked at. */
  #hasResumed = false
  /** The number of requests when the last of them was answered. */
  #answeredUpTo = 0
  #isOver = false
  /** How many more bytes this turn may write. */
  #budget = Infinity

  constructor(ports: DrainPorts) {
    this.#ports = ports
    this.#files = new FileChanges(ports)
    this.#durability = new Durability(ports, ports.syncIntervalMs, ports.clock.now())
  }

  /** True after a stop was asked for and everything is written. */
  get isOver(): boolean {
    return this.#isOver
  }

  /**
   * Does what is due and says how to rest.
   * @param budget bytes: a turn that has written so many ends, and the rest is due at once
   */
  turn(budget: number = Infinity): Rest {
    this.#budget = budget
    if (this.#ports.doorbell.takeDrops()) this.#ports.emit({ type: 'drop' })
    const rest = this.#writeWhatIsDue()
    if (this.#isOver) return rest
    const untilSync = this.#durability.keepUp(this.#ports.clock.now())
    return untilSync < rest.ms ? { ...rest, ms: untilSync } : rest
  }

  #writeWhatIsDue(): Rest {
    const { consumer, control, doorbell, pacing, clock } = this.#ports
    const now = clock.now()
    const stopping = doorbell.stopped || control.stopAsked
    const open = this.#openRequests()
    const { isRoomWanted } = doorbell
    this.#reapNowAndThen(now, isRoomWanted)
    if (this.#mustWait(now)) return this.#untilRetry()

    if (!this.#resume()) return this.#untilRetry()
    if (!consumer.hasClaim) this.#files.lookNowAndThen(now)
    const waiting = consumer.look() // after the tickets: whatever they cover is seen
    if (stopping || open !== null || isRoomWanted || consumer.hasClaim || pacing.isDue(waiting, now)) {
      if (!this.#writeSeen()) return this.#untilRetry()
      const isChanged = open === null || this.#answer(open)
      if (!isChanged && !stopping) return this.#untilRetry()
      if (stopping) {
        this.#stop() // if lines came meanwhile, nobody rings for them: no rest before they are written
        return { ms: 0, lines: NEVER, bytes: NEVER }
      }
      if (waiting.lines > 0) pacing.wrote()
    }
    return pacing.rest(waiting, now)
  }

  /** The newest tickets, if one of them has no answer. */
  #openRequests(): Tickets | null {
    const { control } = this.#ports
    const { requests } = control
    if (requests === this.#answeredUpTo) return null // nearly always
    const tickets: Tickets = {
      flush: control.asked('flush'),
      sync: control.asked('sync'),
      rotate: control.asked('rotate'),
      reopen: control.asked('reopen'),
    }
    if (REPEATED.some((request) => control.isOpen(request, tickets[request]))) return tickets
    this.#answeredUpTo = requests
    return null
  }

  /** After all that they cover was written. False if another process is about to change the file: soon. */
  #answer({ flush, sync, rotate, reopen }: Tickets): boolean {
    const { control } = this.#ports
    if (control.isOpen('flush', flush)) control.settle('flush', flush, true)
    if (control.isOpen('sync', sync)) this.#durability.answer(sync)
    return this.#changeFile('reopen', reopen) && this.#changeFile('rotate', rotate)
  }

  /** True if what waits by now is a reason not to begin this rest. */
  isWokenBy(rest: Rest): boolean {
    const { consumer } = this.#ports
    if (!consumer.hasNews) return false
    const { lines, bytes } = consumer.look()
    return lines >= rest.lines || bytes >= rest.bytes
  }

  /** Frees what the sink holds, for a loop that gives its role away. False if the file could not be given its length. */
  close(): boolean {
    try {
      this.#ports.sink.close()
      return true
    } catch (error) {
      reportFailure(this.#ports, 'write', error)
      return false
    }
  }

  /** Frees what the sink holds, for a loop that has lost its role to another thread. */
  abandon(): void {
    this.#ports.sink.abandon()
  }

  /** Goes on with what a dead consumer left, once. False if the log could not be read. */
  #resume(): boolean {
    const { consumer, sink } = this.#ports
    this.#hasResumed ||=
      this.#callSink(() => {
        resumeClaim(consumer, sink)
        return true
      }) !== null
    return this.#hasResumed
  }

  /** Writes all that the last look saw. False if the sink refused, or the turn has written enough. */
  #writeSeen(): boolean {
    const { consumer, doorbell, record, emit } = this.#ports
    for (;;) {
      if (this.#budget <= 0) return false
      const isClaimed = consumer.hasClaim || this.#claim()
      if (isClaimed === null) return false
      if (!isClaimed) return true
      const { lane } = consumer.current
      const bytes = this.#write()
      if (bytes === 0) return false
      this.#budget -= bytes
      record.countFlush()
      this.#durability.wrote()
      if (this.#retryAt !== 0) this.#works()
      if (consumer.advance(bytes) > 0 && consumer.hasRoom(lane)) {
        doorbell.roomMade()
        if (doorbell.takeFull()) emit({ type: 'drain' })
      }
    }
  }

  #changeFile(request: 'rotate' | 'reopen', ticket: number): boolean {
    const busy = this.#files.change(request, ticket)
    if (busy !== null) this.#failed(busy)
    return busy === null
  }

  /** Takes the next lines. False if nothing is left of what was seen, null if there is no place for them now. */
  #claim(): boolean | null {
    const { consumer, sink } = this.#ports
    return this.#callSink(() => consumer.claim(Math.min(CLAIM_BYTES, sink.room), this.#place))
  }

  readonly #place: Place = (bytes, lines) => this.#ports.sink.place(bytes, lines)

  /** Nobody sends any more: lines that were dropped last get their markers now. False if the sink refused. */
  #writeLastGaps(): boolean {
    const { consumer } = this.#ports
    for (;;) {
      const isClaimed = this.#callSink(() => consumer.claimLastGap(this.#place))
      if (isClaimed !== true) return isClaimed === false
      if (!this.#writeSeen()) return false
    }
  }

  /** Gives the sink what is claimed; returns how many bytes it took, 0 if it refused. */
  #write(): number {
    const { consumer, sink } = this.#ports
    return this.#callSink(() => sink.write(consumer.ranges())) ?? 0
  }

  /** As long as the call lasts, nobody can call this thread back. Null if the disk refused. */
  #callSink<T>(call: () => T): T | null {
    const { control } = this.#ports
    control.setWriting(true)
    try {
      return call()
    } catch (error) {
      this.#failed(error)
      return null
    } finally {
      control.setWriting(false)
    }
  }

  /** Ends the loop if nothing came after the last look. */
  #stop(): boolean {
    const { consumer, control, doorbell, reap } = this.#ports
    reap() // a thread that was terminated may have counted lines that it never handed over
    if (consumer.look().lines > 0 || !this.#writeLastGaps()) return false
    this.#durability.finish()
    if (!this.close()) control.leaveTail()
    this.#isOver = true
    control.settleStop()
    doorbell.wakeProducers()
    return true
  }

  #failed(error: unknown): void {
    const { clock, isReaderGone } = this.#ports
    const code = systemErrorCode(error)
    if (isReaderGone(code)) return this.#endWithoutReader(error)
    const isBusy = Backoff.isBusy(code)
    this.#retryAt = clock.now() + this.#backoff.next(isBusy)
    this.#askedAtFailure = this.#tickets()
    if (isBusy) return
    reportFailure(this.#ports, 'write', error)
  }

  /** Nothing can be written any more: what waits is dropped, and nobody needs to wait for it. */
  #endWithoutReader(error: unknown): void {
    const { control, doorbell } = this.#ports
    control.loseReader()
    reportFailure(this.#ports, 'lastWrite', error)
    this.#isOver = true
    control.settleStop()
    doorbell.wakeProducers()
  }

  #works(): void {
    this.#backoff.reset()
    this.#retryAt = 0
  }

  /** At once after a turn that has written enough. */
  #untilRetry(): Rest {
    return { ms: this.#retryAt - this.#ports.clock.now(), lines: NEVER, bytes: NEVER }
  }

  #mustWait(now: number): boolean {
    return now < this.#retryAt && this.#tickets() === this.#askedAtFailure
  }

  #tickets(): string {
    const { control, doorbell } = this.#ports
    return `${REPEATED.map((request) => control.asked(request)).join(' ')} ${control.stopAsked} ${doorbell.stopped}`
  }

  #reapNowAndThen(now: number, isRoomWanted: boolean): void {
    const every = isRoomWanted ? REAP_EVERY_MS_WHEN_WANTED : REAP_EVERY_MS
    if (now - this.#lastReap < every) return
    this.#lastReap = now
    this.#ports.reap()
  }
}
