// Where a recovery writes the lines that were not claimed yet: to the end of the log, or, if the dead process rotated it, to
// the file that is live, within its limit. What that needs stands in the side file of the log.

import { closeSync, fstatSync, lstatSync } from 'node:fs'
import { NO_PORTS } from '../log/current-file.js'
import { FileSink } from '../log/file-sink.js'
import { LiveSink } from '../log/live-sink.js'
import { realFileOf } from '../log/real-path.js'
import { LogDescriptor, NONE } from '../log/log-descriptor.js'
import { openAgain } from '../log/open-again.js'
import { HeaderCell, headerLine } from '../log/rotation/header-cell.js'
import { keptRules, type KeptRules } from '../log/rotation/kept-rules.js'
import { patiently } from '../log/patiently.js'
import { RotatingFile, type RotatingFileOptions } from '../log/rotation/rotating-file.js'
import { sideFileOf } from '../log/rotation/archive-names.js'
import { closeSideFile, openSideFile, type SideHandle } from '../log/rotation/side-file.js'
import type { Sink } from '../log/sink.js'
import { LogNotes, sinkNotesIn } from '../memory/log-notes.js'
import { loadLibc } from '../native/libc.js'
import { openTrusted } from '../log/trusted-log.js'

/** A sink, and the descriptor of the file that it writes to at this moment. */
export interface OpenSink {
  readonly sink: Sink
  readonly fd: number
}

/** A start waits about a second for what others leave. */
const ATTEMPTS = 3

/** A recovery deletes and compresses nothing. */
const LEAVES_ARCHIVES = {
  retention: { keep: Infinity, maxAge: Infinity, maxTotal: Infinity, minFree: 0 },
  onStart: false,
  onFull: 'wait',
  compression: null,
  symlink: null,
} as const

/**
 * Passes on the sink for a log that is open as `fd`.
 * @param buffer - the memory of the queue, which notes where its lines go
 */
export function withSink(
  log: string,
  fd: number,
  buffer: ArrayBufferLike,
  fileMode: number,
  use: (open: OpenSink) => void,
): void {
  const path = realFileOf(log)
  const side = openKnownSideFile(path, fstatSync(fd).mode)
  const rules = side === null ? null : keptRules(side.fd)
  try {
    if (side !== null && rules !== null) return useRotating(path, side, rules, fd, buffer, fileMode, use)
    new LogNotes(buffer).setLog(fd)
    use({ sink: new FileSink(fd), fd })
  } finally {
    if (side !== null) closeSideFile(side)
  }
}

/** Null if there is none. One that cannot be trusted must not keep the lines from their log. */
function openKnownSideFile(path: string, logMode: number): SideHandle | null {
  if (lstatSync(sideFileOf(path), { throwIfNoEntry: false }) === undefined) return null
  try {
    return openSideFile(path, logMode)
  } catch {
    return null
  }
}

function useRotating(
  path: string,
  side: SideHandle,
  rules: KeptRules,
  fd: number,
  buffer: ArrayBufferLike,
  fileMode: number,
  use: (open: OpenSink) => void,
): void {
  shareLock(fd)
  const header = new HeaderCell()
  header.header = headerLine(rules.header)
  const options: RotatingFileOptions = {
    path,
    isMapped: false,
    fileMode,
    isExclusive: false,
    syncsFolder: true,
    side,
    rotate: { ...rules, ...LEAVES_ARCHIVES },
    header: header.handle,
  }
  const descriptor = LogDescriptor.of()
  const open = (): number =>
    openTrusted(path, (follow) => openAgain(path, { ...options, mkdir: false, noLinks: follow !== 0 }))
  const sink = new LiveSink(
    descriptor,
    false,
    sinkNotesIn(buffer),
    (owner) => new RotatingFile(options, descriptor, owner, NO_PORTS, open),
  )
  try {
    patiently(ATTEMPTS, () => sink.reopen())
    use({
      sink,
      get fd() {
        return descriptor.fd
      },
    })
  } finally {
    sink.close()
    if (descriptor.fd !== NONE) closeSync(descriptor.fd)
  }
}

/** The recovery of a memory-mapped log has it for itself so far, and would lock itself out. */
function shareLock(fd: number): void {
  const libc = loadLibc()
  if (libc.available) libc.tryLock(fd, 'shared')
}
