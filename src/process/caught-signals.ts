// Signals that the process has caught and JavaScript does not know of yet. Node's handler (libuv's) writes each signal
// into a pipe, which the event loop reads at its next turn. If there is no next turn, because send() blocks or the
// process is exiting, this is the only trace of the signal. So we read the pipe and write back what we have read: the
// event loop finds the same messages. Main thread only, on Linux with /proc; elsewhere no signal is found.
//
// A message is libuv's uv__signal_msg_t, the same from libuv 1.0 on: the address of the handle (8 bytes), the number of
// the signal (4 bytes), padding (4 bytes). libuv writes each with one call, so a message is never cut.

import { readFileSync, readdirSync, readlinkSync, readSync, writeSync } from 'node:fs'
import { endianness } from 'node:os'

const MESSAGE_BYTES = 16
/** All that a pipe holds. */
const PIPE_BYTES: number = 64 * 1024
const DESCRIPTORS = '/proc/self/fd'
const O_ACCMODE = 0o3
const O_NONBLOCK = 0o4000
const IS_LITTLE_ENDIAN = endianness() === 'LE'

/** One end of a pipe. */
interface End {
  readonly fd: number
  /** Names the pipe itself: 'pipe:[41449]'. */
  readonly pipe: string
  readonly isWriter: boolean
}

interface Pipe {
  readonly reader: End
  readonly writer: End
}

/** A signal that has been caught. */
interface Caught {
  /** The address of libuv's handle: a new one whenever the first listener for a signal is added. */
  readonly handle: bigint
  readonly signal: number
}

/** The caught signals of this process. */
export class CaughtSignals {
  #pipes: readonly Pipe[] | null = null
  /** Handles that were closed: libuv ignores what comes for them, and so do we. */
  readonly #closed = new Set<bigint>()

  /** The numbers of the signals that wait for the event loop. */
  waiting(): number[] {
    const heard = this.#read().filter(({ handle }) => !this.#closed.has(handle))
    return heard.map(({ signal }) => signal)
  }

  /** The handle of this signal was closed just now: what it has caught will never be heard. */
  handleClosed(signal: number): void {
    this.#closed.clear() // what is not in the pipe any more, will not come again
    for (const caught of this.#read()) if (caught.signal === signal) this.#closed.add(caught.handle)
  }

  #read(): Caught[] {
    if (process.platform !== 'linux') return []
    try {
      // libuv makes the pipe of the main thread before any JavaScript runs, so one search is enough.
      this.#pipes ??= findPipes()
      return this.#pipes.flatMap(peek)
    } catch {
      return [] // no /proc, or no permission to read it
    }
  }
}

/** The pipes that look like the one of an event loop: not blocking, with both ends in this process. */
function findPipes(): Pipe[] {
  const ends = readdirSync(DESCRIPTORS).flatMap(endOf)
  return ends.flatMap((reader) => {
    const writer = ends.find((end) => end.isWriter && end.pipe === reader.pipe)
    return reader.isWriter || writer === undefined ? [] : [{ reader, writer }]
  })
}

/** A list, to be joined with others: empty if the descriptor is no end of a non-blocking pipe. */
function endOf(fd: string): End[] {
  const pipe = linkOf(fd)
  if (!pipe?.startsWith('pipe:')) return []
  const [, octal] = /^flags:\s*([0-7]+)$/mu.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? []
  const flags = Number.parseInt(octal ?? '0', 8)
  // Never a blocking one: libuv has a pipe that serves it as a lock, and to read that is to take the lock.
  if ((flags & O_NONBLOCK) === 0) return []
  return [{ fd: Number(fd), pipe, isWriter: (flags & O_ACCMODE) !== 0 }]
}

/** Undefined if it is not open (any more), like the descriptor with which the folder was read. */
function linkOf(fd: string | number): string | undefined {
  try {
    return readlinkSync(`${DESCRIPTORS}/${fd}`)
  } catch {
    return undefined
  }
}

/** Room for what a pipe holds, made at the first look. */
let bytes: Buffer | undefined

/** What is in the pipe, which stays there. */
function peek({ reader, writer }: Pipe): Caught[] {
  if (linkOf(reader.fd) !== reader.pipe || linkOf(writer.fd) !== writer.pipe) return [] // another's by now
  bytes ??= Buffer.alloc(PIPE_BYTES)
  let length: number
  try {
    length = readSync(reader.fd, bytes)
  } catch {
    return [] // EAGAIN: it is empty
  }
  writeSync(writer.fd, bytes, 0, length)
  if (length % MESSAGE_BYTES !== 0) return [] // not libuv's
  const words = new DataView(bytes.buffer, bytes.byteOffset, length)
  return Array.from({ length: length / MESSAGE_BYTES }, (_, n) => ({
    handle: words.getBigUint64(n * MESSAGE_BYTES, IS_LITTLE_ENDIAN),
    signal: words.getInt32(n * MESSAGE_BYTES + 8, IS_LITTLE_ENDIAN),
  }))
}
