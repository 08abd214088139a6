// The few calls of the C library that Node.js does not offer, through koffi: the only file that knows it.
// Runs on any thread; each loads its own (koffi keeps its state per thread). koffi is optional: it is loaded
// at the first call, so importing the package works without it, with --no-addons, in Electron, on Windows.
// Every function is synchronous and throws errors shaped like those of node:fs.

import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import { loadKoffi, type Koffi } from './koffi.js'
import { expectStackToStart } from '../stack.js'

/** The C library, as far as this package needs it. Addresses are bigints, lengths and offsets bytes. */
export interface Libc {
  readonly available: true
  /** Bytes of a memory page; lengths and file offsets of mappings are multiples of it. */
  readonly pageSize: number
  /** Maps a part of a file, shared, to read and write; with `at`, in place of whatever is there. */
  mapFile(fd: number, offset: number, length: number, at?: bigint | null): bigint
  /** Maps memory without a file, free until touched; with `at`, in place of whatever is there. */
  mapAnonymous(length: number, at?: bigint | null): bigint
  /** Tells the kernel to read no page ahead of the one that is touched. */
  adviseRandom(address: bigint, length: number): void
  /** Gives an address range back. Touching a view of it afterwards kills the process. */
  unmap(address: bigint, length: number): void
  /** The memory itself as an `ArrayBuffer`, without a copy. Must never be transferred to another thread. */
  view(address: bigint, length: number): ArrayBuffer
  /**
   * Copies `source` to `address` and returns how many bytes arrived: fewer, instead of death by SIGBUS,
   * where the mapped file no longer reaches. Throws EPERM or ENOSYS where a sandbox refuses the call.
   */
  copyGuarded(address: bigint, source: Uint8Array): number
  /** Gives a part of a file its disk space; the file grows to cover it unless `keepSize` is true. */
  allocate(fd: number, offset: number, length: number, keepSize?: boolean): void
  /**
   * Takes the file's lock until `fd` is closed, for itself or `shared` with others that ask so; false if another
   * descriptor holds it otherwise.
   */
  tryLock(fd: number, shared?: 'shared'): boolean
  /** Gives the lock back before the file is closed. */
  unlock(fd: number): void
  /**
   * Renames a file unless the new name is taken (EEXIST). Throws EINVAL where the file system, ENOSYS where the kernel
   * or the C library, cannot do that in one step.
   */
  renameNoReplace(from: string, to: string): void
  /**
   * A second descriptor of an open file, closed on exec. Close it with {@link Libc.close}: Node warns about a descriptor
   * that it has not opened itself.
   */
  duplicate(fd: number): number
  /** Puts the open file of `from` behind the number `to`, in place of the file that it closes there; closed on exec. */
  replace(from: number, to: number): void
  close(fd: number): void
  /** Brings everything onto the disk that the file system of `fd` has not written yet, from all processes. */
  syncFileSystem(fd: number): void
  /** Ends the process at once: no exit handlers, no waiting for threads. */
  exitNow(code: number): void
}

/** Why there is no {@link Libc} here. */
export interface Unavailable {
  readonly available: false
  /** Half a sentence for an error message: 'koffi is not installed'. */
  readonly reason: string
  /** The error behind it, if there is one. */
  readonly cause?: unknown
}

// From the kernel's headers; the same on every 64-bit architecture koffi has binaries for.
const PROT_READ_WRITE = 1 | 2
const MAP_SHARED = 0x01
const MAP_PRIVATE = 0x02
const MAP_FIXED = 0x10
const MAP_ANONYMOUS = 0x20
const MAP_FAILED = 0xffff_ffff_ffff_ffffn
const FALLOC_FL_KEEP_SIZE = 1
const MADV_RANDOM = 1
const F_DUPFD_CLOEXEC = 1030
/** Duplicates are numbered from here on: above standard input, output and error. */
const FIRST_FD = 3
/** "Relative to the working folder"; our paths are absolute. */
const AT_FDCWD = -100
const RENAME_NOREPLACE = 1
const O_CLOEXEC = 0o2000000
const LOCK_SH = 1
const LOCK_EX = 2
const LOCK_NB = 4
const LOCK_UN = 8

let loaded: Libc | Unavailable | undefined

/**
 * The C library of this thread, or the reason why it is not available; the answer is remembered. Throws only a RangeError,
 * where the stack is too full to find out.
 */
export function loadLibc(): Libc | Unavailable {
  if (loaded === undefined) {
    expectStackToStart()
    loaded = bindLibc(loadKoffi, process.platform)
  }
  return loaded
}

/** True once {@link loadLibc} has answered on this thread: it takes some milliseconds. */
export function isLibcLoaded(): boolean {
  return loaded !== undefined
}

/** {@link loadLibc} without memory, with its surroundings as arguments. */
export function bindLibc(load: () => unknown, platform: NodeJS.Platform): Libc | Unavailable {
  // Elsewhere the constants above differ and there is no fallocate.
  if (platform !== 'linux') return { available: false, reason: `it needs Linux, this is ${platform}` }
  try {
    const koffi = load() as Koffi
    if (koffi.sizeof('void *') !== 8) return { available: false, reason: 'it needs a 64-bit system' }
    const libc = bind(koffi)
    const probe = libc.mapAnonymous(libc.pageSize)
    libc.view(probe, libc.pageSize) // Electron refuses memory that V8 did not allocate: better to know now.
    libc.unmap(probe, libc.pageSize)
    return libc
  } catch (cause) {
    return { available: false, reason: reasonOf(cause), cause }
  }
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'MODULE_NOT_FOUND') return 'the optional package koffi is not installed'
  if (code === 'ERR_DLOPEN_DISABLED') return 'this process does not allow native addons'
  return `koffi cannot be used (${message})`
}

/** A system error as node:fs throws it: `code`, `errno` (negative), `syscall`. */
export function systemError(errno: number, syscall: string): NodeJS.ErrnoException {
  const [code, text] = getSystemErrorMap().get(-errno) ?? [errnoName(errno), 'system error']
  return Object.assign(new Error(`${code}: ${text}, ${syscall}`), { errno: -errno, code, syscall })
}

// Node's map lacks some, among them EDQUOT.
function errnoName(errno: number): string {
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `ERRNO_${errno}`
}

type Mmap = (
  ...args: [at: bigint | null, length: number, protection: number, flags: number, fd: number, offset: number]
) => bigint
type Fallocate = (fd: number, mode: number, offset: number, length: number) => number
type Renameat2 = (fromFolder: number, from: bigint, toFolder: number, to: bigint, flags: number) => number
type ProcessVmReadv = (pid: number, to: BigUint64Array, n: 1, from: BigUint64Array, m: 1, flags: 0) => number

function bind(koffi: Koffi): Libc {
  const lib = koffi.load(null) // the C library this process runs on, glibc or musl
  const mmap = lib.func('void *mmap(void *, size_t, int, int, int, int64_t)') as Mmap
  const munmap = lib.func('int munmap(void *, size_t)') as (address: bigint, length: number) => number
  const madvise = lib.func('int madvise(void *, size_t, int)') as (
    ...args: [bigint, number, number]
  ) => number
  const fallocate = lib.func('int fallocate(int, int, int64_t, int64_t)') as Fallocate
  const flock = lib.func('int flock(int, int)') as (fd: number, operation: number) => number
  const processVmReadv = lib.func(
    'int64_t process_vm_readv(int, void *, unsigned long, void *, unsigned long, unsigned long)',
  ) as ProcessVmReadv
  const fcntl = lib.func('int fcntl(int, int, ...)') as (...args: [number, number, 'int', number]) => number
  const dup3 = lib.func('int dup3(int, int, int)') as (from: number, to: number, flags: number) => number
  const syncfs = lib.func('int syncfs(int)') as (fd: number) => number
  const close = lib.func('int close(int)') as (fd: number) => number
  const renameat2 = bindRenameat2(lib)
  const getpagesize = lib.func('int getpagesize()') as () => number
  const exitNow = lib.func('void _exit(int)') as (code: number) => void

  const failed = (syscall: string): NodeJS.ErrnoException => systemError(koffi.errno(), syscall)
  const map = (at: bigint | null, length: number, flags: number, fd: number, offset: number): bigint => {
    const fixed = at === null ? 0 : MAP_FIXED
    const address = mmap(at, length, PROT_READ_WRITE, flags | fixed, fd, offset)
    if (address === MAP_FAILED) throw failed('mmap')
    return address
  }
  // Two `struct iovec { void *base; size_t length }`, filled again for every copy.
  const to = new BigUint64Array(2)
  const from = new BigUint64Array(2)

  return {
    available: true,
    pageSize: getpagesize(),
    exitNow,
    duplicate(fd) {
      const duplicate = fcntl(fd, F_DUPFD_CLOEXEC, 'int', FIRST_FD)
      if (duplicate === -1) throw failed('fcntl')
      return duplicate
    },
    replace(from, to) {
      if (dup3(from, to, O_CLOEXEC) === -1) throw failed('dup3')
    },
    syncFileSystem(fd) {
      if (syncfs(fd) !== 0) throw failed('syncfs')
    },
    close: (fd) => void close(fd), // Linux frees the number whatever close answers
    view: (address, length) => koffi.view(address, length),
    mapFile: (fd, offset, length, at = null) => map(at, length, MAP_SHARED, fd, offset),
    mapAnonymous: (length, at = null) => map(at, length, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
    adviseRandom: (address, length) => void madvise(address, length, MADV_RANDOM), // no more than advice
    unmap(address, length) {
      if (munmap(address, length) !== 0) throw failed('munmap')
    },
    copyGuarded(address, source) {
      // Reading from ourselves is a memcpy done by the kernel, which answers EFAULT where our own memcpy
      // would be killed; 64 KB take 51 us either way, 1 KB 5 instead of 3 us. Not process_vm_writev: it
      // dirties file pages behind the file system's back.
      to[0] = address
      from[0] = koffi.address(source)
      to[1] = from[1] = BigInt(source.byteLength)
      const copied = processVmReadv(process.pid, to, 1, from, 1, 0)
      if (copied >= 0) return copied
      const error = failed('process_vm_readv')
      if (error.code === 'EFAULT') return 0
      throw error
    },
    allocate(fd, offset, length, keepSize = false) {
      // posix_fallocate would, where the file system cannot, write a byte into every block instead.
      while (fallocate(fd, keepSize ? FALLOC_FL_KEEP_SIZE : 0, offset, length) !== 0) {
        const error = failed('fallocate')
        if (error.code !== 'EINTR') throw error
      }
    },
    tryLock(fd, shared) {
      if (flock(fd, (shared === undefined ? LOCK_EX : LOCK_SH) | LOCK_NB) === 0) return true
      const error = failed('flock')
      if (error.code === 'EAGAIN') return false
      throw error
    },
    unlock(fd) {
      if (flock(fd, LOCK_UN) !== 0) throw failed('flock')
    },
    renameNoReplace(from, to) {
      if (renameat2 === null) throw systemError(constants.errno.ENOSYS, 'renameat2')
      // Addresses, not strings: koffi's heap is too small for two paths (koffi.ts).
      const [old, fresh] = [Buffer.from(`${from}\0`), Buffer.from(`${to}\0`)]
      const answer = renameat2(AT_FDCWD, koffi.address(old), AT_FDCWD, koffi.address(fresh), RENAME_NOREPLACE)
      if (answer !== 0) throw failed('renameat2')
    },
  }
}

/** Older C libraries (musl before 1.2.6) do not have it. */
function bindRenameat2(lib: ReturnType<Koffi['load']>): Renameat2 | null {
  try {
    return lib.func('int renameat2(int, void *, int, void *, unsigned int)') as Renameat2
  } catch {
    return null
  }
}
