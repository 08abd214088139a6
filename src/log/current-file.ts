// Which file is the log at this moment: a rotating log asks the side page (rotation/rotating-file.ts), any other asks its
// path (followed-file.ts). LiveSink writes to that file. All runs on the thread that has the consumer's role, between claims.

import type { CompressionTask } from './rotation/compress-archive.js'
import type { Rotation } from './rotation/holder-parts.js'

/** Decides which file is written to. */
export interface CurrentFile {
  /** As {@link Sink.room}. */
  readonly room: number
  /**
   * Makes sure that so many bytes and lines may be written to the file that is open now; opens another one if need be.
   * Throws the system error if that cannot be done now (EAGAIN: soon).
   */
  makeRoom(bytes: number, lines: number): void
  /** So many bytes were written. */
  wrote(bytes: number): void
  /** About once a second: notices that another program has renamed or deleted the file. */
  look(): void
  /** Opens the file of the path again. */
  reopen(): void
  /** Begins a new file, unless this one is empty. */
  rotate(): void
  /** On a full disk: true if there is a little more room now. */
  makeSpace(): boolean
  /** What is mapped does not end with the thread. */
  release(): void
}

/** What a {@link CurrentFile} does to the sink that it is for. */
export interface FileOwner {
  /** Before the file may be replaced: gives it its exact length. */
  readonly finish: () => void
  /** The file of this descriptor is the log from now on. */
  readonly adopt: (fresh: number) => void
}

/** What the application hears of. */
export interface LivePorts {
  /** This process has rotated the log, and these archives are to be compressed. */
  readonly onRotated: (rotation: Rotation, tasks: readonly CompressionTask[]) => void
  /** The log goes on in the file it had; it is tried again later. */
  readonly onTrouble: (error: unknown) => void
}

/** For callers that are not in a hurry to hear of it. */
export const NO_PORTS: LivePorts = { onRotated: () => {}, onTrouble: () => {} }
