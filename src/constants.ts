// The closed vocabularies of the public interface, as plain objects: both `Mode.TRIGGER` and
// 'trigger' work, and nothing needs a compiler.

/** How lines become file content. See `docs/choosing.md` for which one to take when. */
export const WriterType = {
  /** Every line goes to the kernel as soon as the writer thread sees it. */
  LINE: 'line',
  /** Lines are gathered into blocks of 64 KB that end at the end of a line. The default. */
  BLOCK: 'block',
  /** Lines are copied into a memory-mapped window of the file. Needs the optional package koffi. */
  MMAP: 'mmap',
} as const
/** One of `'line'`, `'block'`, `'mmap'`. */
export type WriterType = (typeof WriterType)[keyof typeof WriterType]

/** What makes the writer thread write. */
export const Mode = {
  /** Data wakes the thread. The default. */
  TRIGGER: 'trigger',
  /** A fixed-rate timer of `flushInterval`, or `batchSize` waiting lines, whichever is first. */
  LOOP: 'loop',
  /** Only `trigger()`, `flush()`, `sync()`, stop and the end of the process write. */
  MANUAL: 'manual',
} as const
/** One of `'trigger'`, `'loop'`, `'manual'`. */
export type Mode = (typeof Mode)[keyof typeof Mode]

/** What `send` does when the queue is full. */
export const QueuePolicy = {
  /** Wait until there is room. Nothing is lost. The default. */
  BLOCK: 'block',
  /** Give up the oldest waiting lines, exactly as many as needed. */
  DROP_OLDEST: 'drop_oldest',
  /** Refuse the new line: `send` returns `false`. */
  DROP_NEWEST: 'drop_newest',
  /** As `drop_newest`, and a process warning at most once a second. */
  WARN: 'warn',
} as const
/** One of `'block'`, `'drop_oldest'`, `'drop_newest'`, `'warn'`. */
export type QueuePolicy = (typeof QueuePolicy)[keyof typeof QueuePolicy]

/** A block of the block writer: what it waits for before it writes early (bytes). */
export const BLOCK_BYTES: number = 64 * 1024

/** Ends every line. */
export const NEWLINE = 0x0a

/** The longest time, in milliseconds, that setTimeout and Atomics.wait can wait. */
export const LONGEST_MS: number = 2 ** 31 - 1

/** Default time limit of the lifecycle calls, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 5000
