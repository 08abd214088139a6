// What is measured, and what the process that measures it is told and answers. Known to both sides.

/** One of the ways to fill a file. */
export interface Contender {
  readonly name: string
  /** `control` is what the machine could do at most, `peer` what there is without this package. */
  readonly kind: 'ours' | 'peer' | 'control'
  readonly way: Way
}

/** How the process writes. */
export type Way = 'blocks' | 'lines' | 'block' | 'line' | 'mmap' | 'block in memory'

/** In the order of the turns. */
export const CONTENDERS: readonly Contender[] = [
  { name: 'writeSync, 64 KB', kind: 'control', way: 'blocks' },
  { name: 'block writer', kind: 'ours', way: 'block' },
  { name: 'line writer', kind: 'ours', way: 'line' },
  { name: 'mmap writer', kind: 'ours', way: 'mmap' },
  { name: 'block, crashSafe off', kind: 'ours', way: 'block in memory' },
  { name: 'writeSync, each line', kind: 'peer', way: 'lines' },
]

/** To a process: fill this file, or time fdatasync in it. */
export interface Task {
  readonly path: string
  readonly way: Way | 'fdatasync'
  readonly lines: number
}

/** The answer. */
export type Answer =
  | { readonly kind: 'figures'; readonly figures: Figures }
  /** It cannot work in this folder. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

/** Numbers of one run; those that do not apply are missing. */
export interface Figures {
  readonly linesPerSecond?: number
  readonly megabytesPerSecond?: number
  /** Nanoseconds of a send in blocks of 20. */
  readonly sendP50?: number
  readonly sendP999?: number
  readonly fdatasyncMs?: number
  /** `null` = crash-safe; missing where the question does not arise. */
  readonly notCrashSafeBecause?: string | null
}
