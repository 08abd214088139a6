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
  /** Where in the destination the next byte goes; 0 where there is no such place (a pipe). */
  readonly position: number
  /**
   * Which leading bytes of these ranges are in the destination already: asked once, by whoever takes over from a
   * consumer that died in the middle of a write.
   * @param position where the first of them was to go
   */
  alreadyWritten(ranges: readonly Uint8Array[], position: number): Found
  /** Brings what was written onto the disk. Throws the system error if the disk does not confirm. */
  sync(): void
  /** Gives the file its exact length and frees what the sink holds; the descriptor stays open. */
  close(): void
}

/** What of an interrupted write is there. */
export interface Found {
  /** How many of the bytes, counted from the first. */
  readonly bytes: number
  /** True if the destination ends right behind them, so that the next write goes on seamlessly. */
  readonly isAtEnd: boolean
}

/**
 * What of a sink outlives the thread it runs on: numbers in shared memory, the sink's own. Whoever takes over builds a
 * new sink on them.
 */
export type SinkState = Float64Array
/** Slots of a {@link SinkState}. */
export const SINK_STATE_LENGTH = 1
/** The slot that says at which offset of the file the next byte is expected. */
export const POSITION = 0
