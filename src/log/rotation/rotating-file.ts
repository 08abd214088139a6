// The file of a rotating log: the one that the side page is true of. What was reserved for a claim and not written is used
// for the next one. After a rotation, retention runs here, and the archives to compress are told.

import { constants } from 'node:os'
import { basename } from 'node:path'
import { asError } from '../../errors.js'
import { loadLibc, systemError } from '../../native/libc.js'
import type { CurrentFile, FileOwner, LivePorts } from '../current-file.js'
import { NONE, type LogDescriptor } from '../log-descriptor.js'
import { openAgain } from '../open-again.js'
import { openTrusted } from '../trusted-log.js'
import type { CompressionTask } from './compress-archive.js'
import { HeaderCell } from './header-cell.js'
import type { RotationRules } from './holder-parts.js'
import { deleteOldest, deleteTemporaries, keepArchives } from './keep-archives.js'
import { LogHolder } from './rotate-log.js'
import type { Rotate } from './rotate-options.js'
import { rotationRules } from './rotation-rules.js'
import { mapSidePage, type SideHandle } from './side-file.js'

/** A rotating log in a form that `postMessage` can carry. */
export interface RotatingFileOptions {
  /** Absolute, and no link. */
  readonly path: string
  readonly isMapped: boolean
  readonly fileMode: number
  readonly isExclusive: boolean
  readonly syncsFolder: boolean
  readonly side: SideHandle
  readonly rotate: Omit<Rotate, 'header'>
  /** See {@link HeaderCell}. */
  readonly header: SharedArrayBuffer
}

/** While other processes rotate, the next file may be gone again. After so many attempts, the claim waits a little. */
const ATTEMPTS = 20

/** Follows the side page. */
export class RotatingFile implements CurrentFile {
  readonly #options: RotatingFileOptions
  readonly #descriptor: LogDescriptor
  readonly #owner: FileOwner
  readonly #ports: LivePorts
  readonly #holder: LogHolder
  readonly #side: ReturnType<typeof mapSidePage>
  /** Reserved and not written yet, in the file of this generation. */
  #spare = { generation: NONE, bytes: 0, lines: 0 }

  /** @param open opens the live file; a recovery does not trust every file that it finds there */
  constructor(
    options: RotatingFileOptions,
    descriptor: LogDescriptor,
    owner: FileOwner,
    ports: LivePorts,
    open: (path: string) => number = (path) => openLive(path, options),
  ) {
    this.#options = options
    this.#descriptor = descriptor
    this.#owner = owner
    this.#ports = ports
    this.#side = mapSidePage(options.side)
    this.#holder = new LogHolder({
      path: options.path,
      sideFd: options.side.fd,
      page: this.#side.page,
      libc: loadLibc(),
      rules: rulesOf(options),
      descriptor,
      isExclusive: options.isExclusive,
      open,
      adopt: owner.adopt,
    })
  }

  get room(): number {
    const spare = this.#spareNow.bytes
    return spare > 0 ? this.#holder.left + spare : this.#holder.room
  }

  makeRoom(bytes: number, lines: number): void {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const spare = this.#spareNow
      if (this.#holder.reserve(Math.max(0, bytes - spare.bytes), Math.max(0, lines - spare.lines))) {
        const { generation } = this.#descriptor
        this.#spare = { generation, bytes: Math.max(bytes, spare.bytes), lines: Math.max(lines, spare.lines) }
        return
      }
      const trouble = this.#change(bytes, false)
      if (trouble !== null) this.#ports.onTrouble(trouble)
    }
    throw soon()
  }

  wrote(bytes: number): void {
    this.#spare.bytes = Math.max(0, this.#spare.bytes - bytes)
    this.#spare.lines = 0
  }

  look(): void {
    this.#holder.look()
  }

  reopen(): void {
    this.#holder.look()
    if (this.#descriptor.generation === NONE) this.#changeOrThrow(false)
  }

  rotate(): void {
    this.#changeOrThrow(true)
  }

  makeSpace(): boolean {
    const { rotate, path } = this.#options
    return rotate.onFull === 'delete-oldest' && deleteOldest(path, rotate)
  }

  /** The file was emptied: what was reserved in it counts no more. */
  forget(): void {
    this.#side.page.forget()
  }

  /** At the start: retention, and what killed compressions have left. Returns the archives to compress. */
  tidy(): readonly CompressionTask[] {
    const { path, rotate } = this.#options
    return (
      this.#try(() => {
        deleteTemporaries(path, rotate)
        return keepArchives(path, rotate).tasks
      }) ?? []
    )
  }

  release(): void {
    this.#side.release()
  }

  get #spareNow(): { readonly bytes: number; readonly lines: number } {
    const isOfThisFile = this.#spare.generation === this.#descriptor.generation
    return isOfThisFile ? this.#spare : { bytes: 0, lines: 0 }
  }

  #changeOrThrow(isRequested: boolean): void {
    const trouble = this.#change(0, isRequested)
    if (trouble !== null) throw asError(trouble)
  }

  /** Rotates the log, or follows others. Returns what went wrong: then the old file goes on. */
  #change(bytes: number, isRequested: boolean): unknown {
    this.#owner.finish()
    const live = this.#holder.rotateOrFollow(bytes, isRequested)
    if (live === null) throw soon()
    if (live.rotation !== null) {
      const { path, rotate } = this.#options
      const tasks = this.#try(() => keepArchives(path, rotate).tasks) ?? []
      this.#ports.onRotated(live.rotation, tasks)
    }
    return live.error
  }

  /** What fails here is for the next time. */
  #try<T>(call: () => T): T | null {
    try {
      return call()
    } catch (error) {
      this.#ports.onTrouble(error)
      return null
    }
  }
}

function openLive(path: string, options: RotatingFileOptions): number {
  return openTrusted(path, () => openAgain(path, { ...options, mkdir: false, noLinks: true }), { path })
}

/** The rules of a log, with the header that its owner has made last. */
function rulesOf(options: RotatingFileOptions): RotationRules {
  const { path, fileMode, syncsFolder } = options
  const cell = new HeaderCell(options.header)
  return rotationRules(options.rotate, basename(path), { fileMode, syncsFolder, header: () => cell.header })
}

/** Another process is about to rotate. */
function soon(): Error {
  return systemError(constants.errno.EAGAIN, 'rotate')
}
