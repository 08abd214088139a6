// Every option: what it means, its unit, its default, what it trades against what, and when to change it.

import { constants } from 'node:os'
import { DEFAULT_TIMEOUT_MS, LONGEST_MS, Mode, QueuePolicy, WriterType } from './constants.js'
import {
  absolutePath,
  expectBoolean,
  expectDropMarker,
  expectInteger,
  expectNumber,
  expectOneOf,
  expectOptions,
  expectPath,
  expectPolicy,
  expectQueueOptions,
  invalid,
} from './expect.js'
import { resolveRotate, type Rotate, type RotateOptions } from './log/rotation/rotate-options.js'
import { MAX_LINE_LIMIT } from './queue/layout.js'

/** Options of the queue between the threads. */
export interface QueueOptions {
  /**
   * Bytes that may wait, for each producer thread. Default 4 MiB, at most 1 GiB. It is the upper bound of the
   * memory that waiting lines take; more rides out longer stalls of the disk. A single line may be larger.
   */
  queueBytes?: number
  /**
   * Threads that can send at the same time, the creator included. Default 17: the creator and 16 more. An
   * unused lane costs address space only.
   */
  lanes?: number
}

/** Options of a writer. */
export interface WriterOptions extends QueueOptions {
  /**
   * What `send` does when the queue is full. Default `'block'`: nothing is lost and `send` waits for the disk.
   * Choose `'drop_oldest'` or `'drop_newest'` where the application must never wait for its log.
   */
  policy?: QueuePolicy
  /**
   * Lines that may wait, for each producer thread. Default 10,000; 0 = no limit in lines, only in bytes (lines of less
   * than 8 bytes count as 8).
   */
  queueSize?: number
  /**
   * Lines per batch. Default 100. The first eight lines of a tick are handed over to the writer thread when `send` returns,
   * later ones at this number or at the end of the tick. The block writer writes as soon as this many wait. 1 hands over each
   * line at once, which costs about three times as much per line in a burst.
   */
  batchSize?: number
  /**
   * Milliseconds. Default 100. How long a line may wait for its block (block writer), or the period of the
   * timer (mode `'loop'`). A smaller value keeps the file more current, a larger one makes fewer writes.
   */
  flushInterval?: number
  /** Permissions of a new file. Default `0o666`, less the umask. */
  fileMode?: number
  /** Create missing folders. Default `true`. */
  mkdir?: boolean
  /**
   * Keep the content of the file and append to it. Default `true`. `false` empties the file first, and drops the lines
   * that a killed run left in its queue. Of a descriptor, only the memory-mapped writer empties the file.
   */
  append?: boolean
  /** Text is written as UTF-8, the only encoding there is. To write another one, encode lines yourself and send bytes. */
  encoding?: 'utf8' | 'utf-8'
  /**
   * Write on a thread of its own. Default `true`. `false` writes on the caller's thread, for programs that may not start
   * threads; `send` then also costs the write, once per batch.
   */
  thread?: boolean
  /**
   * A marker line where lines were dropped. `{lines}` stands for their number, `{from}` and `{to}` for the times of the
   * first and the last drop (ISO 8601), `{ms}` for the milliseconds between them. The marker does not count as a line. At most 4,000 bytes. Default: none. Example: `'{lines} lines dropped within {ms} ms'`.
   */
  dropMarker?: string
  /**
   * Run `fdatasync` on the writer thread at most this often, in milliseconds. Default 0 = only when `sync()` is called.
   * It bounds what a power failure can lose.
   */
  syncInterval?: number
  /**
   * Keep the queue in a file next to the log, so that lines that were handed over survive even SIGKILL: the next start or
   * `choose-l2 recover` writes them to the log. Default: on where it is supported and known to be safe; see
   * `writer.crashSafe`. `true` requires it (ERR_CRASH_SAFETY_UNAVAILABLE), `false` turns it off, recovery included. It
   * costs nothing measurable per line, and the disk space of the queue.
   */
  crashSafe?: boolean
  /**
   * Folder of the queue file. Default: the folder of the log. For logs on file systems where a queue cannot be kept,
   * such as network disks. It must exist; a relative path is resolved when the writer is made.
   */
  queueDir?: string
  /**
   * On SIGTERM, SIGINT and SIGHUP, write the waiting lines, then let the signal have its usual effect. Default `true`;
   * a signal for which the application has a handler is never touched.
   */
  handleSignals?: boolean
  /**
   * When to begin a new file, and what becomes of the old ones: a size (`'100MB'`), an interval (`'day'`), both
   * (`'day 100MB'`), or an object. Default: none, the log grows. Needs a path to a regular file.
   */
  rotate?: string | RotateOptions
  /**
   * A signal, or several, that rotate the log, like `'SIGHUP'`. Default: none. Needs `rotate`, and the main thread. Such a
   * signal no longer ends the process.
   */
  rotateOn?: NodeJS.Signals | readonly NodeJS.Signals[]
  /**
   * Default `'auto'`: once a second, look whether the path leads to another file or to none (logrotate, deletion), and go
   * on in that file, or in a new one. A signal, or several, does that at once as well; they no longer end the process.
   * `false`: only `reopen()` does.
   */
  reopen?: 'auto' | false | NodeJS.Signals | readonly NodeJS.Signals[]
  /**
   * Let no other writer have the log open: a second one gets `ERR_LOCKED`, with the pid of this process. Default `false`.
   * Needs koffi.
   */
  lock?: boolean
  /**
   * How long an unresponsive disk or reader may delay exit, in milliseconds without any progress. Default 5,000.
   */
  exitTimeout?: number
}

/** Options of {@link createWriter}. */
export interface CreateWriterOptions extends WriterOptions {
  /** Which writer. Default `'block'`: the right one unless a line must be seen at once (`'line'`). */
  writerType?: WriterType
  /** What makes the writer write. Default `'trigger'`: data does. */
  mode?: Mode
}

/** All options, checked, defaults filled in. */
export type ResolvedOptions = Omit<
  Required<CreateWriterOptions>,
  'crashSafe' | 'queueDir' | 'dropMarker' | 'rotate' | 'rotateOn' | 'reopen'
> & {
  readonly rotate: Rotate | null
  readonly rotateOn: readonly NodeJS.Signals[]
  readonly reopenOn: readonly NodeJS.Signals[]
  /** Look at the path now and then. */
  readonly followsPath: boolean
  readonly dropMarker: string | null
  /** `null` = where it is supported. */
  readonly crashSafe: boolean | null
  /** `null` = the folder of the log. */
  readonly queueDir: string | null
}

type Defaults = Omit<ResolvedOptions, 'rotateOn' | 'reopenOn' | 'followsPath'> & {
  readonly rotateOn: null
  readonly reopen: 'auto'
}

/** The defaults. */
export const DEFAULTS: Defaults = {
  writerType: WriterType.BLOCK,
  mode: Mode.TRIGGER,
  policy: QueuePolicy.BLOCK,
  queueSize: 10_000,
  queueBytes: 4 * 1024 * 1024,
  lanes: 17,
  batchSize: 100,
  flushInterval: 100,
  fileMode: 0o666,
  mkdir: true,
  append: true,
  encoding: 'utf8',
  thread: true,
  dropMarker: null,
  syncInterval: 0,
  crashSafe: null,
  queueDir: null,
  handleSignals: true,
  rotate: null,
  rotateOn: null,
  reopen: 'auto',
  lock: false,
  exitTimeout: DEFAULT_TIMEOUT_MS,
}

const UNHEARD: readonly string[] = ['SIGKILL', 'SIGSTOP']
const SWITCHES = ['mkdir', 'append', 'thread', 'handleSignals', 'lock'] as const

/** Checks every option and fills in the defaults; touches nothing else. */
export function resolveOptions(options: CreateWriterOptions = {}): ResolvedOptions {
  expectOptions(options, Object.keys(DEFAULTS))
  const resolved = { ...DEFAULTS }
  for (const [name, value] of Object.entries(options)) {
    // Node aborts the process where a file's mode is -0.
    if (value !== undefined) Object.assign(resolved, { [name]: Object.is(value, -0) ? 0 : value })
  }
  expectOneOf('writerType', resolved.writerType, Object.values(WriterType))
  expectOneOf('mode', resolved.mode, Object.values(Mode))
  expectPolicy(resolved.policy)
  expectInteger('queueSize', resolved.queueSize, 0, MAX_LINE_LIMIT)
  expectQueueOptions(resolved)
  expectInteger('batchSize', resolved.batchSize, 1, MAX_LINE_LIMIT)
  expectNumber('flushInterval', resolved.flushInterval, 1, LONGEST_MS)
  expectInteger('fileMode', resolved.fileMode, 0, 0o7777)
  for (const name of SWITCHES) expectBoolean(name, resolved[name])
  if (resolved.crashSafe !== null) expectBoolean('crashSafe', resolved.crashSafe)
  if (resolved.queueDir !== null) expectPath('queueDir', resolved.queueDir)
  const queueDir = resolved.queueDir === null ? null : absolutePath(resolved.queueDir) // the application may chdir
  expectNumber('syncInterval', resolved.syncInterval, 0, LONGEST_MS)
  expectDropMarker(resolved.dropMarker)
  expectOneOf('encoding', resolved.encoding, ['utf8', 'utf-8'])
  expectNumber('exitTimeout', resolved.exitTimeout, 0, LONGEST_MS)
  const { rotate, ...rest } = resolved
  const { rotateOn, reopen }: { rotateOn: unknown; reopen: unknown } = resolved
  if (rotate === null && rotateOn !== null)
    throw invalid('rotateOn', 'to come with the option rotate', rotateOn)
  return {
    ...rest,
    queueDir,
    rotate: rotate === null ? null : resolveRotate(rotate),
    rotateOn: rotateOn === null ? [] : signalsOf('rotateOn', 'to be a signal', rotateOn),
    reopenOn:
      reopen === 'auto' || reopen === false
        ? []
        : signalsOf('reopen', "to be 'auto', false or a signal", reopen),
    followsPath: reopen !== false,
  }
}

/** One signal or several. Nobody hears SIGKILL and SIGSTOP. */
function signalsOf(name: string, expected: string, value: unknown): readonly NodeJS.Signals[] {
  const signals = Array.isArray(value) ? (value as unknown[]) : [value]
  const isSignal = (signal: unknown): boolean =>
    typeof signal === 'string' && Object.hasOwn(constants.signals, signal) && !UNHEARD.includes(signal)
  if (signals.length === 0 || !signals.every(isSignal))
    throw invalid(name, `${expected}, like 'SIGHUP'`, value)
  return signals as NodeJS.Signals[]
}
