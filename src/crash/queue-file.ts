// Whether a log can have a queue that survives the process, and making it. Runs on the thread that creates the
// writer. Where it cannot be had, the reason is half a sentence for people.

import { fstatSync, readdirSync, statfsSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { loadLibc } from '../native/libc.js'
import type { Geometry } from '../queue/layout.js'
import { fitsNotes, LogNotes } from './log-notes.js'
import { MappedMemory } from './mapped-memory.js'

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

/** A log as far as a queue file must know it. */
export interface CrashSafeLog {
  readonly path: string
  readonly fd: number
  readonly isMapped: boolean
  /** False for a descriptor of the user's: it has no name to come back to. */
  readonly isOwned: boolean
}

/** A queue file, or why there is none. */
export type QueueFile =
  | { readonly memory: MappedMemory }
  | { readonly reason: string; readonly cause?: unknown }

/** Makes a queue file for the log in `folder`. Never throws. */
export function createQueueFile(log: CrashSafeLog, folder: string, geometry: Geometry): QueueFile {
  const libc = loadLibc()
  if (!libc.available) return { reason: libc.reason, cause: libc.cause }
  if (!log.isOwned || !fstatSync(log.fd).isFile()) return { reason: 'the log is not a regular file' }
  if (!fitsNotes(log.path)) return { reason: 'the path of the log is too long' }
  try {
    const { type } = statfsSync(folder)
    if (!SAFE_FILE_SYSTEMS.has(type)) {
      return {
        reason: `the file system of ${folder} (type 0x${type.toString(16)}) is not known to reserve space`,
      }
    }
    const memory = MappedMemory.create(join(folder, queueName(log.path)), geometry)
    new LogNotes(memory.buffer).write(log.path, log.fd, log.isMapped)
    return { memory }
  } catch (cause) {
    return { reason: cause instanceof Error ? cause.message : String(cause), cause }
  }
}

/** The folder of a log's queue files. */
export function queueFolder(logPath: string, queueDir: string | null): string {
  return queueDir ?? dirname(logPath)
}

/** Paths of all queue files of this log, live ones too. */
export function queueFilesOf(logPath: string, folder: string): string[] {
  const start = `.${basename(logPath)}.`
  return readdirSync(folder)
    .filter((name) => name.startsWith(start) && QUEUE_NAME.test(name.slice(start.length)))
    .map((name) => join(folder, name))
}

/** Paths of all queue files in a folder. */
export function queueFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter(
      (name) =>
        name.startsWith('.') &&
        QUEUE_NAME.test(
          name
            .slice(name.indexOf('.', 1) + 1)
            .split('.')
            .slice(-2)
            .join('.'),
        ),
    )
    .map((name) => join(folder, name))
}

const QUEUE_NAME = /^[0-9a-f]{16}\.queue$/

function queueName(logPath: string): string {
  return `.${basename(logPath)}.${randomBytes(8).toString('hex')}.queue`
}
