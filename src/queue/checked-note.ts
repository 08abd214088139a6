// A few numbers that are only true together, in the queue's memory: the consumer's claim, the identity of the log.
// There is room for two versions. A change goes to the one that does not hold, and one atomic store of its checksum
// makes it the one that does. So a process that dies at any step leaves the old numbers or the new ones, and a bit
// that was damaged on the disk is noticed.
//
//     | check |  | version 0: words and doubles | version 1: words and doubles |
//       0 = nothing is noted; bit 0 = which version holds; bit 1 = always set; the rest = its checksum

const FIRST_VERSION_OFFSET = 8
const VERSION_BIT = 1
const IS_SET = 2
/** The prime of 32-bit FNV-1a: odd, so that no change of a single word can vanish in a product. */
const PRIME = 0x01000193

/** One version, to read or to fill. */
export interface Version {
  readonly words: Int32Array
  readonly doubles: Float64Array
}

/** Bytes that a note of so many words per version takes. */
export function noteBytes(words: number): number {
  return FIRST_VERSION_OFFSET + 2 * words * 4
}

/** Numbers that change together. One thread at a time may change them. */
export class CheckedNote {
  readonly #check: Int32Array
  readonly #versions: readonly [Version, Version]

  /** @param words of one version, an even number */
  constructor(buffer: ArrayBufferLike, offset: number, words: number) {
    const version = (n: number): Version => {
      const start = offset + FIRST_VERSION_OFFSET + n * words * 4
      return {
        words: new Int32Array(buffer, start, words),
        doubles: new Float64Array(buffer, start, words / 2),
      }
    }
    this.#check = new Int32Array(buffer, offset, 1)
    this.#versions = [version(0), version(1)]
  }

  /** True if something is noted. */
  get isSet(): boolean {
    return this.#load() !== 0
  }

  /** False if a bit of it is not as it was written. */
  get isSound(): boolean {
    const check = this.#load()
    return check === 0 || check === checkOf(this.current.words, check & VERSION_BIT)
  }

  /** What holds. */
  get current(): Version {
    return this.#versions[(this.#load() & VERSION_BIT) as 0 | 1]
  }

  /** A copy of what holds, to be changed. It counts from {@link publish} on. */
  draft(): Version {
    const { words } = this.current
    const draft = this.#versions[this.#nextVersion()]
    draft.words.set(words)
    return draft
  }

  /** The last draft is what holds now. */
  publish(): void {
    const next = this.#nextVersion()
    Atomics.store(this.#check, 0, checkOf(this.#versions[next].words, next)) // publishes the draft
  }

  /** Nothing is noted any more. */
  clear(): void {
    Atomics.store(this.#check, 0, 0)
  }

  #nextVersion(): 0 | 1 {
    return (~this.#load() & VERSION_BIT) as 0 | 1
  }

  #load(): number {
    return Atomics.load(this.#check, 0)
  }
}

function checkOf(words: Int32Array, version: number): number {
  return (checksum(words) & ~(VERSION_BIT | IS_SET)) | IS_SET | version
}

/** 32 bits over these words; every change of a single bit changes it. */
export function checksum(words: ArrayLike<number>): number {
  let sum = 0
  for (let n = 0; n < words.length; n++) sum = Math.imul(sum ^ (words[n] as number), PRIME)
  return sum
}
