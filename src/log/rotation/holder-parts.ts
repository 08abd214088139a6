// What a holder of a rotating log (rotate-log.ts) is made of and what it answers. The rules are pure functions; the rest is
// plain data, or made by each thread for itself.

import type { Libc, Unavailable } from '../../native/libc.js'
import type { LogDescriptor } from '../log-descriptor.js'
import type { ArchiveNames, RotationFs } from './live-file.js'
import type { FileIdentity, SidePage } from './side-page.js'

/** When a log rotates, and what its archives are called: pure functions of their arguments. */
export interface RotationRules extends ArchiveNames {
  /** No file exceeds it, but for a longer line; `Infinity`: no limit. At most `MAX_LOG_BYTES`. */
  readonly maxBytes: number
  /** When the period ends that contains this moment, in milliseconds since 1970; `Infinity`: never. */
  nextBoundary(periodStart: number): number
  /** First line of every file, with its newline; null: none. */
  header(): Uint8Array | null
  /** Mode of a log that has no predecessor. */
  readonly fileMode: number
  /** Whether renames must survive a power failure. */
  readonly syncsFolder: boolean
}

/** Why a log was rotated: its size, a boundary of time, or a call (or signal) that asked for it. */
export type RotationReason = 'size' | 'time' | 'request'

/** A rotation that this process has made. */
export interface Rotation {
  /** Path of the log. */
  readonly from: string
  /** Path of the archive. */
  readonly to: string
  /** Size of the archive. */
  readonly bytes: number
  /** Those that writers of this package have counted; null if the file was there before them. */
  readonly lines: number | null
  /** When the archive got its first line and when it was closed, in milliseconds since 1970. */
  readonly first: number
  readonly last: number
  readonly reason: RotationReason
}

/** The file that is live now. */
export interface Live extends FileIdentity {
  readonly fd: number
  readonly rotation: Rotation | null
  /** Set if the rotation failed: the old file goes on, beyond its limit, and it is tried again later. */
  readonly error: unknown
}

/** What a {@link LogHolder} works with. */
export interface HolderParts {
  /** Absolute, and no link: the file itself is renamed. */
  readonly path: string
  /** The descriptor of the side file. */
  readonly sideFd: number
  readonly page: SidePage
  readonly libc: Libc | Unavailable
  readonly rules: RotationRules
  /** Shared by all threads that may have the consumer's role. */
  readonly descriptor: LogDescriptor
  /** No other process may have the log open. Default: others may. */
  readonly isExclusive?: boolean
  readonly fs?: RotationFs
  /** Opens the live file. Default: for appending. */
  readonly open?: (path: string) => number
  /** Puts the file of this descriptor in place of the old one. Default: the old one is closed. */
  readonly adopt?: (fresh: number) => void
}
