// The flags of `choose-l2 write`: one for each option of the library, and those of the command itself.

import { Mode, QueuePolicy, WriterType, type CreateWriterOptions } from '../../index.js'
import type { Flag } from '../flags.js'
import { ROTATION_FLAGS } from './rotation-flags.js'
import { bytes, count, limit, milliseconds, oneOf, permissions } from '../values.js'

/** What the command line asks for. */
export interface Settings {
  readonly writer: CreateWriterOptions &
    Required<Pick<CreateWriterOptions, 'policy' | 'queueSize' | 'queueBytes'>>
  /** Milliseconds without any progress after which the end of the command gives up. */
  exitTimeout: number
  /** Milliseconds that a signal leaves the sender for its last lines. */
  grace: number
  ignoreInterrupts: boolean
  quiet: boolean
  json: boolean
}

const DROP_MARKER = '[choose-l2: {lines} lines dropped here within {ms} ms]'

/** The library's defaults but for queueSize: see the help of that flag. */
export function defaultSettings(): Settings {
  return {
    writer: { policy: QueuePolicy.BLOCK, queueSize: 100_000, queueBytes: 4 * 1024 * 1024 },
    exitTimeout: 5000,
    grace: 5000,
    ignoreInterrupts: false,
    quiet: false,
    json: false,
  }
}

/** How lines get into the file. */
export const WRITER_FLAGS: readonly Flag<Settings>[] = [
  {
    name: 'type',
    short: 't',
    value: 'line|block|mmap',
    option: 'writerType',
    help: 'block: 64 KB at a time (default)\nline: each line at once, for tail -f\nmmap: through a mapping of the file',
    apply: ({ writer }, text) => (writer.writerType = oneOf(text, Object.values(WriterType))),
  },
  {
    name: 'mode',
    short: 'm',
    value: 'trigger|loop|manual',
    option: 'mode',
    help:
      'trigger: write when lines come (default)\nloop: write every --flush-interval\n' +
      'manual: write at the end, and whenever the queue is full',
    apply: ({ writer }, text) => (writer.mode = oneOf(text, Object.values(Mode))),
  },
  {
    name: 'policy',
    short: 'p',
    value: 'policy',
    option: 'policy',
    help:
      'when the queue is full:\nblock: stop reading, so that the sender waits (default)\n' +
      'drop_oldest: give up the lines that waited longest\n' +
      'drop_newest: give up the new lines\nwarn: the same, and say so at most once a second',
    apply: ({ writer }, text) => (writer.policy = oneOf(text, Object.values(QueuePolicy))),
  },
  {
    name: 'queue-size',
    value: 'lines',
    option: 'queueSize',
    help: 'lines that may wait; 0 = no limit in lines (100000)',
    apply: ({ writer }, text) => (writer.queueSize = count(text)),
  },
  {
    name: 'queue-bytes',
    value: 'size',
    option: 'queueBytes',
    help: 'bytes that may wait, like 512K or 64M (4M)',
    apply: ({ writer }, text) => (writer.queueBytes = bytes(text)),
  },
  {
    name: 'batch-size',
    value: 'lines',
    option: 'batchSize',
    help: 'write early when so many lines wait (100)',
    apply: ({ writer }, text) => (writer.batchSize = count(text)),
  },
  {
    name: 'flush-interval',
    value: 'time',
    option: 'flushInterval',
    help: 'the longest a line waits for its block, or the period of loop (100ms)',
    apply: ({ writer }, text) => (writer.flushInterval = milliseconds(text)),
  },
  {
    name: 'drop-marker',
    option: 'dropMarker',
    help: 'put a line into the log where lines were dropped',
    apply: ({ writer }) => (writer.dropMarker = DROP_MARKER),
  },
  {
    name: 'sync-interval',
    value: 'time',
    option: 'syncInterval',
    help: 'run fdatasync at most this often; it bounds what a power failure takes (0 = leave it to the system)',
    apply: ({ writer }, text) => (writer.syncInterval = milliseconds(text)),
  },
  {
    name: 'crash-safe',
    option: 'crashSafe',
    help:
      'fail where the queue cannot be kept in a file, from which the next start takes what a kill -9 left ' +
      '(default: keep it where that is possible)',
    apply: ({ writer }) => (writer.crashSafe = true),
  },
  {
    name: 'no-crash-safe',
    help: 'keep the queue in memory only',
    apply: ({ writer }) => (writer.crashSafe = false),
  },
  {
    name: 'queue-dir',
    value: 'path',
    option: 'queueDir',
    help: "the folder of the queue's file (that of the log)",
    apply: ({ writer }, text) => (writer.queueDir = text),
  },
  {
    name: 'no-thread',
    option: 'thread',
    help: 'write on the thread that reads',
    apply: ({ writer }) => (writer.thread = false),
  },
]

/** The file itself. */
export const FILE_FLAGS: readonly Flag<Settings>[] = [
  {
    name: 'truncate',
    option: 'append',
    help: 'empty the file first, instead of writing after what it holds',
    apply: ({ writer }) => (writer.append = false),
  },
  {
    name: 'file-mode',
    value: 'octal',
    option: 'fileMode',
    help: 'permissions of a file that is created, less the umask (666)',
    apply: ({ writer }, text) => (writer.fileMode = permissions(text)),
  },
  {
    name: 'no-mkdir',
    option: 'mkdir',
    help: 'do not create missing folders',
    apply: ({ writer }) => (writer.mkdir = false),
  },
]

/** How the command behaves. */
export const COMMAND_FLAGS: readonly Flag<Settings>[] = [
  {
    name: 'quiet',
    short: 'q',
    help: 'print errors only',
    apply: (settings) => (settings.quiet = true),
  },
  {
    name: 'json',
    help: 'the summary as one JSON object on standard output (on standard error if the log is standard output)',
    apply: (settings) => (settings.json = true),
  },
  {
    name: 'ignore-interrupts',
    short: 'i',
    help: 'let Ctrl-C end only the sender, and end with it',
    apply: (settings) => (settings.ignoreInterrupts = true),
  },
  {
    name: 'grace',
    value: 'time',
    help: 'after a signal, go on reading for at most this long, or until\nthe end of the input (5s)',
    apply: (settings, text) => (settings.grace = milliseconds(text)),
  },
  {
    name: 'exit-timeout',
    value: 'time',
    help: "at the end, give up when nothing could be written for this long; 'never' waits forever (5s)",
    apply: (settings, text) => (settings.exitTimeout = limit(text)),
  },
]

/** All of them. */
export const FLAGS: readonly Flag<Settings>[] = [
  ...WRITER_FLAGS,
  ...FILE_FLAGS,
  ...ROTATION_FLAGS,
  ...COMMAND_FLAGS,
]

/** Puts the flag's name where a message of the library names its option. */
export function nameFlag(message: string): string {
  const [, option = ''] = /^Expected (\S+) /.exec(message) ?? []
  const flag = FLAGS.find((flag) => [flag.option].flat().includes(option))
  return flag === undefined ? message : message.replace(option, `--${flag.name}`)
}
