// The consumer: takes lines out of the queue and gives them to the sink. One turn() does what is due now and
// says how to rest; its driver (entry.ts on the writer thread, host.ts on the caller's) does the resting.
// It holds no line: what it works on is noted in the queue's memory, so another loop can go on at any moment.

import { Backoff } from './backoff.js'
import { Durability } from './durability.js'
import { reportFailure, type Control, type ThreadEvent } from './protocol.js'
import type { Pacing, Rest } from './pacing.js'
import { resumeClaim } from '../recovery/resume-claim.js'
import { systemErrorCode } from '../errors.js'
import type { Consumer } from '../queue/consumer.js'
import { CLAIM_BYTES } from '../queue/claim.js'
import type { DrainRecord } from '../queue/drain-record.js'
import { NEVER, type Doorbell } from '../queue/doorbell.js'
import type { Sink } from '../log/sink.js'

/** How often dead threads are looked for; more often while a thread waits for what they hold. */
const REAP_EVERY_MS = 1000
const REAP_EVERY_MS_WHEN_WANTED = 20

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
  readonly #backoff = new Backoff()
  #retryAt = 0
  #lastReap = 0
  /** The newest tickets seen at the last failure: a newer one is a reason to try at once. */
  #askedAtFailure = ''
  /** Whether what a dead consumer left has been looked at. */
  #hasResumed = false
  #isOver = false

  constructor(ports: DrainPorts) {
    this.#ports = ports
    this.#durability = new Durability(ports, ports.syncIntervalMs, ports.clock.now())
  }

  /** True after a stop was asked for and everything is written. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Does what is due and says how to rest. */
  turn(): Rest {
    if (this.#ports.doorbell.takeDrops()) this.#ports.emit({ type: 'drop' })
    const rest = this.#writeWhatIsDue()
    if (this.#isOver) return rest
    const untilSync = this.#durability.keepUp(this.#ports.clock.now())
    return untilSync < rest.ms ? { ...rest, ms: untilSync } : rest
  }

  #writeWhatIsDue(): Rest {
    const { consumer, control, doorbell, pacing, clock } = this.#ports
    const now = clock.now()
    const stopping = control.stopAsked || doorbell.stopped
    const flush = control.asked('flush')
    const sync = control.asked('sync')
    const asked =
      stopping || doorbell.isRoomWanted || control.isOpen('flush', flush) || control.isOpen('sync', sync)
    this.#reapNowAndThen(now)
    if (this.#mustWait(now)) return this.#untilRetry()

    if (!this.#resume()) return this.#untilRetry()
    const waiting = consumer.look() // after the tickets: whatever they cover is seen
    if (asked || consumer.hasClaim || pacing.isDue(waiting, now)) {
      if (!this.#writeSeen()) return this.#untilRetry()
      if (control.isOpen('flush', flush)) control.settle('flush', flush, true)
      if (control.isOpen('sync', sync)) this.#durability.answer(sync)
      if (stopping) {
        this.#stop() // if lines came meanwhile, nobody rings for them: no rest before they are written
        return { ms: 0, lines: NEVER, bytes: NEVER }
      }
      if (waiting.lines > 0) pacing.wrote()
    }
    return pacing.rest(waiting, now)
  }

  /** True if what waits by now is a reason not to begin this rest. */
  isWokenBy(rest: Rest): boolean {
    const { lines, bytes } = this.#ports.consumer.look()
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

  /** Writes all that the last look saw. False if the sink refused. */
  #writeSeen(): boolean {
    const { consumer, doorbell, record, sink, emit } = this.#ports
    while (consumer.hasClaim || consumer.claim(CLAIM_BYTES, () => sink.position)) {
      const { lane } = consumer.current
      const bytes = this.#write()
      if (bytes === 0) return false
      record.countFlush()
      this.#durability.wrote()
      if (this.#retryAt !== 0) this.#works()
      if (consumer.advance(bytes) > 0 && consumer.hasRoom(lane)) {
        doorbell.roomMade()
        if (doorbell.takeFull()) emit({ type: 'drain' })
      }
    }
    return true
  }

  /** Nobody sends any more: lines that were dropped last get their markers now. False if the sink refused. */
  #writeLastGaps(): boolean {
    const { consumer, sink } = this.#ports
    while (consumer.claimLastGap(() => sink.position)) {
      if (!this.#writeSeen()) return false
    }
    return true
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

  #untilRetry(): Rest {
    return { ms: this.#retryAt - this.#ports.clock.now(), lines: NEVER, bytes: NEVER }
  }

  #mustWait(now: number): boolean {
    return now < this.#retryAt && this.#tickets() === this.#askedAtFailure
  }

  #tickets(): string {
    const { control, doorbell } = this.#ports
    return `${control.asked('flush')} ${control.asked('sync')} ${control.stopAsked} ${doorbell.stopped}`
  }

  #reapNowAndThen(now: number): void {
    const every = this.#ports.doorbell.isRoomWanted ? REAP_EVERY_MS_WHEN_WANTED : REAP_EVERY_MS
    if (now - this.#lastReap < every) return
    this.#lastReap = now
    this.#ports.reap()
  }
}
