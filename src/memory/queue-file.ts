// Whether a log can have a queue that survives the process, and making it. Runs on the thread that creates the
// writer. Where it is not possible, the reason is half a sentence for people.

import { constants } from 'node:buffer'
import { accessSync, constants as modes, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { memoryBytes, type Geometry } from '../queue/geometry.js'
import { writeMarker } from '../queue/drop-marker.js'
import type { Log } from '../log/log.js'
import { fitsNotes, LogNotes } from './log-notes.js'
import { isKernelPath, realLogPath } from './log-path.js'
import { MappedMemory, TakenForOrphan } from './mapped-memory.js'
import { createNamed, findQueueFiles } from './queue-names.js'

/**
 * File systems on which fallocate really reserves the space, so that a store can never meet a full disk.
 * Not btrfs and zfs: they copy on write, and that may need room that nobody reserved. Numbers: statfs(2).
 */
const SAFE_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext2/3/4'],
  [0x58465342, 'xfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'], // of a container: allocates in its upper layer
  [0xf2f52010, 'f2fs'],
])

const KERNEL_PATH =
  'the log is reached through /proc or /dev, where a name means another file to every process'

/** A recovery that scans the folder at the wrong moment takes a new file away; it cannot do so forever. */
const CREATE_TRIES = 10

/** A queue file, or why there is none. */
export type QueueFile =
  | { readonly memory: MappedMemory }
  | {
      readonly reason: string
      readonly cause?: unknown
      /** True if an option asks for the impossible: another folder or size would do. */
      readonly isOptionsFault?: boolean
    }

/** Makes a queue file for the log in `folder`. Never throws. */
export function createQueueFile(
  log: Log,
  dropMarker: string | null,
  folder: string,
  geometry: Geometry,
): QueueFile {
  const libc = loadLibc()
  if (!libc.available) return { reason: libc.reason, cause: libc.cause }
  // A user's descriptor has no name to come back to.
  if (!log.isOwned || !log.isFile) return { reason: 'the log is not a regular file' }
  if (isKernelPath(log.path)) return { reason: KERNEL_PATH }
  const bytes = memoryBytes(geometry)
  if (bytes > constants.MAX_LENGTH) return { reason: tooLarge(bytes), isOptionsFault: true }
  const logPath = realLogPath(log.path) // a link on the way may lead elsewhere when the queue is recovered
  if (!fitsNotes(logPath)) return { reason: 'the path of the log is too long' }
  try {
    const { type } = statfsSync(folder)
    if (!SAFE_FILE_SYSTEMS.has(type)) {
      return {
        reason: `the file system of ${folder} (type 0x${type.toString(16)}) is not known to reserve space`,
        isOptionsFault: folder !== dirname(log.path),
      }
    }
    accessSync(folder, modes.R_OK) // a recovery must find the file
    const prepare = (buffer: ArrayBuffer): void => {
      new LogNotes(buffer).write(logPath, log.fd, log.isMapped)
      writeMarker(buffer, dropMarker)
    }
    return { memory: createFile(folder, logPath, geometry, prepare) }
  } catch (cause) {
    return { reason: reasonOf(cause, folder), cause, isOptionsFault: folder !== dirname(log.path) }
  }
}

function reasonOf(cause: unknown, folder: string): string {
  if (systemErrorCode(cause) === 'ENOENT') return `the folder ${folder} does not exist (ENOENT)`
  return cause instanceof Error ? cause.message : String(cause)
}

function tooLarge(bytes: number): string {
  const limit = `of ${constants.MAX_LENGTH} bytes, the most that can be mapped`
  return `queueBytes, queueSize and lanes make a queue of ${bytes} bytes instead ${limit}: lower one of them`
}

function createFile(
  folder: string,
  logPath: string,
  geometry: Geometry,
  prepare: (buffer: ArrayBuffer) => void,
): MappedMemory {
  for (let tries = 1; ; tries++) {
    try {
      return createNamed(folder, logPath, (path) => MappedMemory.create(path, geometry, prepare))
    } catch (error) {
      if (!(error instanceof TakenForOrphan) || tries === CREATE_TRIES) throw error
    }
  }
}

/** The folder of a log's queue files. */
export function queueFolder(logPath: string, queueDir: string | null): string {
  return queueDir ?? dirname(logPath)
}

/** Paths of all queue files of this log, live ones too; none where the folder cannot be read or the log can have none. */
export function queueFilesOf(logPath: string, folder: string): string[] {
  if (isKernelPath(logPath)) return []
  try {
    return findQueueFiles(folder, logPath)
  } catch {
    return [] // createQueueFile meets the same error and reports it
  }
}
