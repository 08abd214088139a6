// When the file of a log changes: asked for, or because another program has renamed or deleted it. Runs inside the drain loop,
// between two claims. Whatever goes wrong, the log goes on in the file that it had.

import { systemErrorCode } from '../errors.js'
import type { LiveSink } from '../log/live-sink.js'
import type { DrainRecord } from '../queue/drain-record.js'
import { Backoff } from './backoff.js'
import { reportFailure, type Control, type ThreadEvent } from './protocol.js'

/** How often the path of the log is looked at; after a failure twice as long, up to the longest. */
const LOOK_EVERY_MS = 1000
const LONGEST_LOOK_MS = 60_000

/** What the changes work with. */
export interface FileChangePorts {
  readonly control: Control
  readonly record: DrainRecord
  /** Null: the file of this log never changes. */
  readonly live: Pick<LiveSink, 'look' | 'reopen' | 'rotate'> | null
  readonly emit: (event: ThreadEvent) => void
}

/** The changes of one log's file. */
export class FileChanges {
  readonly #ports: FileChangePorts
  #lookAt = 0
  #lookEveryMs = LOOK_EVERY_MS

  constructor(ports: FileChangePorts) {
    this.#ports = ports
  }

  /** Everything sent before the request is in the old file. Returns the error if another process is about to change it: soon. */
  change(request: 'rotate' | 'reopen', ticket: number): unknown {
    const { control, live } = this.#ports
    if (!control.isOpen(request, ticket)) return null
    const error = live === null ? undefined : this.#try(() => live[request]())
    if (Backoff.isBusy(systemErrorCode(error))) return error
    if (error !== undefined) reportFailure(this.#ports, 'rotate', error)
    control.settle(request, ticket, live !== null && error === undefined)
    return null
  }

  /** Another program may have renamed or deleted the log. */
  lookNowAndThen(now: number): void {
    const { live } = this.#ports
    if (live === null || now < this.#lookAt) return
    const error = this.#try(() => live.look())
    if (error !== undefined) reportFailure(this.#ports, 'rotate', error)
    this.#lookEveryMs = error === undefined ? LOOK_EVERY_MS : Math.min(2 * this.#lookEveryMs, LONGEST_LOOK_MS)
    this.#lookAt = now + this.#lookEveryMs
  }

  /** Returns what went wrong. */
  #try(call: () => void): unknown {
    const { control } = this.#ports
    control.setWriting(true)
    try {
      call()
      return undefined
    } catch (error) {
      return error
    } finally {
      control.setWriting(false)
    }
  }
}
