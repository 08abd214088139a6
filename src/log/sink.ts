// What the drain loop needs of a destination. Every call comes from the one thread that holds the
// consumer's role at that moment; a sink knows neither the queue nor the thread it runs on.

/** A destination of bytes. */
export interface Sink {
  /**
   * Writes some of the bytes, at least one, and returns how many: a short write is normal.
   * The ranges follow each other without a gap; there are two when a claim crosses the end of the ring.
   * Throws the system error (`code`: 'EAGAIN', 'ENOSPC', ...) if not a single byte could be written.
   */
  write(ranges: readonly Uint8Array[]): number
  /** Where in the destination the next byte goes; of a pipe, how many bytes it has taken. */
  readonly position: number
  /** How many bytes the next claim should have at most; one line may be longer. */
  readonly room: number
  /**
   * Before a claim of so many bytes and lines: sees to it that all of it will go into one file, and says to which place.
   * Throws the system error if there is no such file now (EAGAIN: try again soon).
   */
  place(bytes: number, lines: number): number
  /**
   * How much of an interrupted write reached the destination: asked once, by the successor of a consumer that died in
   * the middle of it. Throws the system error if it cannot be found out now (EMFILE); then nothing may be written.
   */
  alreadyWritten(write: InterruptedWrite): Found
  /** Brings what was written onto the disk. Throws the system error if the disk does not confirm. */
  sync(): void
  /** Gives the file its exact length and frees what the sink holds; the descriptor stays open. */
  close(): void
  /** Frees what the sink holds: another thread writes to the file now, and nothing is done to it. */
  abandon(): void
}

/** A write whose answer nobody noted. */
export interface InterruptedWrite {
  /** What was to be written. */
  readonly ranges: readonly Uint8Array[]
  /** Where the first byte of it was to go. */
  readonly position: number
  /** The bytes of the same line that were written before: they stand right before that place. */
  readonly piece: readonly Uint8Array[]
  /**
   * False if the destination may be another file by now, perhaps a copy: then only what stands exactly at the noted
   * place counts.
   */
  readonly isSameFile: boolean
}

/** How much of an interrupted write reached the destination. */
export interface Found {
  /** How many of its bytes, counted from the first. */
  readonly bytes: number
  /** True if the destination ends right behind them, so that the next write goes on seamlessly. */
  readonly isAtEnd: boolean
}

/**
 * The part of a sink that outlives the thread it runs on: it lies in the queue's memory. A successor builds a new sink
 * on it.
 */
export interface SinkState {
  /** At which offset of the file the next byte is expected. One store changes it. */
  position: number
}

/** What outlives the thread of a sink, in the queue's memory. */
export interface SinkNotes {
  readonly state: SinkState
  /** How many bytes a destination that is no file has taken: it keeps no trace of them itself. */
  readonly streamed: Float64Array
  /** Notes which file the log is now. */
  readonly setLog?: (fd: number) => void
}
