// The page of memory through which all holders of a rotating log agree which file is live and how full it is. The
// holders map one file (side-file.ts); without koffi there is one holder, and its threads share the memory. Used by the
// thread that has the consumer's role.
//
//   word      generation (24 bits) << 40 | bytes reserved in the live file (40 bits)
//   home      device, inode and first moment of the file that the word counts, and the generation that this is true of
//
// The page is true of a file if and only if (1) `home` names that file, and (2) the home's generation is the word's.
// `describe` changes the home's generation first and the word last. So a process that is killed in between leaves a page
// that is true of no file, and the next one describes the live file again. One word holds both numbers: in two, a holder
// could reserve room in the next file for bytes that go to the old one. The reservations decide, not the size of the
// file: those of a killed process only make the file a little shorter than it may be.

/** The file that a page describes. */
export interface Home {
  readonly device: bigint
  readonly inode: bigint
  /** When the file got its first line, in milliseconds since 1970: its archive is named after it. */
  readonly periodStart: number
  /** How many bytes a file without lines has: those of its header. */
  readonly emptyBytes: number
}

/** What the next live file inherits. */
export interface Access {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** A file, as the kernel tells files apart. */
export type FileIdentity = Pick<Home, 'device' | 'inode'>

/** `moved`: another file is live. */
export type Reserved = 'reserved' | 'full' | 'moved'

/** Bytes of the side file: no system has smaller pages. */
export const SIDE_PAGE_BYTES = 4096
/** No rotating file may be larger: with an oversized line on top it still fits the 40 bits of the word. */
export const MAX_LOG_BYTES: number = 2 ** 39

const BYTE_BITS = 40n
const BYTE_MASK: bigint = (1n << BYTE_BITS) - 1n
const GENERATION_MASK = 0xff_ffff

// 64-bit words. What every write changes has a cache line of its own.
const MAGIC_AT = 0
const WORD_AT = 8
const LINES_AT = 9
const HOME_GENERATION_AT = 16
const DEVICE_AT = 17
const INODE_AT = 18
const PERIOD_START_AT = 19
const EMPTY_BYTES_AT = 20
const ROTATING_AT = 24
const MODE_AT = 25
const UID_AT = 26
const GID_AT = 27
const KNOWS_ACCESS_AT = 28

/** 'cl2side1'. */
const MAGIC = 0x3165_6469_7332_6c63n

/** The page on one thread. */
export class SidePage {
  readonly #words: BigUint64Array

  /** @param memory at least {@link SIDE_PAGE_BYTES}, of zeros or of an earlier page */
  constructor(memory: ArrayBufferLike, offset = 0) {
    this.#words = new BigUint64Array(memory, offset, SIDE_PAGE_BYTES / BigUint64Array.BYTES_PER_ELEMENT)
  }

  /** The memory behind it. */
  get memory(): ArrayBufferLike {
    return this.#words.buffer
  }

  /** True for zeros, and for what an earlier version of this class has written. */
  get isUsable(): boolean {
    const magic = this.#read(MAGIC_AT)
    return magic === 0n || magic === MAGIC
  }

  /** Goes up with every file that is described. */
  get generation(): number {
    return generationOf(this.#read(WORD_AT))
  }

  /** Bytes of the live file: those written, and those reserved. */
  get bytes(): number {
    return bytesOf(this.#read(WORD_AT))
  }

  /** Lines of the live file, as its writers have counted them; null if nobody knows what was there before. */
  get lines(): number | null {
    const lines = BigInt.asIntN(64, this.#read(LINES_AT))
    return lines < 0n ? null : Number(lines)
  }

  /** Counts lines of the live file: while several processes write, a rotation may count some of them for the next one. */
  countLines(lines: number): void {
    if (BigInt.asIntN(64, this.#read(LINES_AT)) >= 0n) Atomics.add(this.#words, LINES_AT, BigInt(lines))
  }

  /** What the page is true of; null if a change of it was cut short, or if it is new. */
  get home(): (Home & { readonly generation: number }) | null {
    const generation = this.generation
    const home = {
      generation,
      device: this.#read(DEVICE_AT),
      inode: this.#read(INODE_AT),
      periodStart: Number(BigInt.asIntN(64, this.#read(PERIOD_START_AT))),
      emptyBytes: Number(this.#read(EMPTY_BYTES_AT)),
    }
    // Read last: it changes before what was read above.
    const isWhole = this.#read(MAGIC_AT) === MAGIC && this.#read(HOME_GENERATION_AT) === BigInt(generation)
    return isWhole ? home : null
  }

  /** The generation in which this file is live; null if it is not. */
  generationOf(file: FileIdentity): number | null {
    const { home } = this
    return home !== null && home.inode === file.inode && home.device === file.device ? home.generation : null
  }

  /** Reserves room in the live file, which must be that of `generation`. Anything fits a file without lines. */
  reserve(bytes: number, generation: number, limit: number, emptyBytes: number): Reserved {
    for (;;) {
      const word = this.#read(WORD_AT) // observes every reservation so far
      if (generationOf(word) !== generation) return 'moved'
      if (limit === Infinity) return 'reserved'
      const used = bytesOf(word)
      if (used > emptyBytes && used + bytes > limit) return 'full'
      if (used > MAX_LOG_BYTES) return 'reserved' // rotation fails for long: no need to count any further
      // Publishes ours, unless another one or the next file came first.
      if (Atomics.compareExchange(this.#words, WORD_AT, word, word + BigInt(bytes)) === word)
        return 'reserved'
    }
  }

  /** Counts what others have appended: the live file, that of `generation`, has at least so many bytes. */
  raise(size: number, generation: number): void {
    for (;;) {
      const word = this.#read(WORD_AT)
      if (generationOf(word) !== generation || bytesOf(word) >= size) return
      if (Atomics.compareExchange(this.#words, WORD_AT, word, wordOf(generation, size)) === word) return
    }
  }

  /** Under the lock, and if nobody else has the live file open: reservations that the file lacks are those of the dead. */
  recount(size: number): void {
    this.#write(WORD_AT, wordOf(this.generation, size))
  }

  /** Under the lock: from now on, this file is live. `lines`: null if nobody knows how many it has. */
  describe(home: Home, size: number, lines: number | null): void {
    const generation = (this.generation + 1) & GENERATION_MASK
    this.#write(MAGIC_AT, MAGIC)
    this.#write(HOME_GENERATION_AT, BigInt(generation)) // from here on, the page is true of no file
    this.#write(DEVICE_AT, home.device)
    this.#write(INODE_AT, home.inode)
    this.#write(PERIOD_START_AT, BigInt.asUintN(64, BigInt(Math.trunc(home.periodStart))))
    this.#write(EMPTY_BYTES_AT, BigInt(home.emptyBytes))
    this.#write(LINES_AT, BigInt.asUintN(64, BigInt(lines ?? -1)))
    this.#write(WORD_AT, wordOf(generation, size)) // publishes all of it
  }

  /** The live file was emptied: the next holder that settles describes it again. */
  forget(): void {
    this.#write(HOME_GENERATION_AT, BigInt(this.generation) ^ 1n)
  }

  /** Under the lock: the live file has no lines yet, and the first one will belong to this moment. */
  restartPeriod(start: number): void {
    this.#write(PERIOD_START_AT, BigInt.asUintN(64, BigInt(Math.trunc(start))))
  }

  /** What the next live file inherits; null before the first {@link keepAccess}. */
  get access(): Access | null {
    if (this.#read(KNOWS_ACCESS_AT) === 0n) return null
    return {
      mode: Number(this.#read(MODE_AT)),
      uid: Number(this.#read(UID_AT)),
      gid: Number(this.#read(GID_AT)),
    }
  }

  /** Under the lock. */
  keepAccess({ mode, uid, gid }: Access): void {
    this.#write(MODE_AT, BigInt(mode))
    this.#write(UID_AT, BigInt(uid))
    this.#write(GID_AT, BigInt(gid))
    this.#write(KNOWS_ACCESS_AT, 1n)
  }

  /** Under the lock: true from before the live file is renamed until its successor is complete. */
  get isRotating(): boolean {
    return this.#read(ROTATING_AT) === 1n
  }

  set isRotating(isRotating: boolean) {
    this.#write(ROTATING_AT, isRotating ? 1n : 0n)
  }

  #read(index: number): bigint {
    return Atomics.load(this.#words, index)
  }

  #write(index: number, value: bigint): void {
    Atomics.store(this.#words, index, value)
  }
}

function generationOf(word: bigint): number {
  return Number(word >> BYTE_BITS)
}

function bytesOf(word: bigint): number {
  return Number(word & BYTE_MASK)
}

function wordOf(generation: number, bytes: number): bigint {
  return (BigInt(generation) << BYTE_BITS) | BigInt(Math.min(bytes, MAX_LOG_BYTES))
}
