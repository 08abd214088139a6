// Reads zstd files. A file of this package has a frame for each MiB, and Node's stream ends after the first frame, without an
// error. So the frames are told apart here, by their headers, and each goes through a stream of its own. It also notices a
// file that ends within a frame, which Node's stream does not.
//
//   frame      = magic, descriptor, rest of the header, blocks, checksum (4 bytes, if the descriptor says so)
//   block      = 3 bytes: bit 0 last, bits 1-2 type (1: one byte, repeated), bits 3-23 size; then its content
//   skippable  = magic 0x184D2A50 to 5F, 4 bytes of size, content
//
// From RFC 8878, section 3.1.

import type { Transform } from 'node:stream'
import zlib from 'node:zlib'
import { through } from './through.js'

const MAGIC = 0xfd2fb528
const FIRST_SKIPPABLE = 0x184d2a50
const LAST_SKIPPABLE = 0x184d2a5f
const MAGIC_BYTES = 4
const SKIPPED_SIZE_BYTES = 4
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4
const REPEATED_BYTE = 1
/** By the two lowest bits of the descriptor: bytes of the dictionary's number. */
const DICTIONARY_BYTES = [0, 1, 2, 4]
/** By its two highest bits: bytes of the content's size. The first is 1 if the content is a single segment. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8]

// Node.js 20 and its types do not have it yet.
const { createZstdDecompress } = zlib as unknown as { createZstdDecompress?: () => Transform }

/** True where this Node.js reads zstd. */
export const canReadZstd: boolean = createZstdDecompress !== undefined

/** The content of a zstd file. Throws if the file is damaged or ends too early. */
export async function* unzstd(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const bytes = new ByteSource(file)
  for (;;) {
    const start = await bytes.upTo(MAGIC_BYTES)
    if (start.length === 0) return
    const magic = start.length === MAGIC_BYTES ? start.readUInt32LE() : 0
    if (magic === MAGIC) yield* decompressed(frameFrom(bytes, start))
    else if (magic >= FIRST_SKIPPABLE && magic <= LAST_SKIPPABLE) await skip(bytes)
    else throw new Error('it is no zstd file')
  }
}

async function* decompressed(frame: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = createZstdDecompress?.()
  if (stream === undefined) throw new Error(`${process.version} of Node.js does not read zstd`)
  yield* through(frame, stream)
}

/** The bytes of one frame, of which the magic number is read. */
async function* frameFrom(bytes: ByteSource, magic: Buffer): AsyncGenerator<Buffer> {
  yield magic
  const descriptor = await bytes.exactly(1)
  yield descriptor
  const { restOfHeader, hasChecksum } = describe(descriptor[0] ?? 0)
  yield* bytes.through(restOfHeader)
  for (let isLast = false; !isLast;) {
    const header = await bytes.exactly(BLOCK_HEADER_BYTES)
    yield header
    const word = header.readUIntLE(0, BLOCK_HEADER_BYTES)
    isLast = (word & 1) === 1
    yield* bytes.through(((word >> 1) & 3) === REPEATED_BYTE ? 1 : word >> 3)
  }
  if (hasChecksum) yield* bytes.through(CHECKSUM_BYTES)
}

function describe(descriptor: number): { readonly restOfHeader: number; readonly hasChecksum: boolean } {
  const isSingleSegment = (descriptor & 0x20) !== 0
  const windowBytes = isSingleSegment ? 0 : 1
  const dictionaryBytes = DICTIONARY_BYTES[descriptor & 3] ?? 0
  const sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6] || (isSingleSegment ? 1 : 0)
  return { restOfHeader: windowBytes + dictionaryBytes + sizeBytes, hasChecksum: (descriptor & 0x04) !== 0 }
}

async function skip(bytes: ByteSource): Promise<void> {
  const size = await bytes.exactly(SKIPPED_SIZE_BYTES)
  for await (const _ of bytes.through(size.readUInt32LE()));
}

/** Pieces of a file, by number of bytes. */
class ByteSource {
  readonly #pieces: AsyncIterator<Buffer>
  #left: Buffer = Buffer.alloc(0)

  constructor(file: AsyncIterable<Buffer>) {
    this.#pieces = file[Symbol.asyncIterator]()
  }

  /** So many bytes, or fewer at the end of the file. */
  async upTo(count: number): Promise<Buffer> {
    while (this.#left.length < count) {
      const { value, done } = await this.#pieces.next()
      if (done === true) break
      this.#left = Buffer.concat([this.#left, value])
    }
    return this.#take(count)
  }

  async exactly(count: number): Promise<Buffer> {
    const bytes = await this.upTo(count)
    if (bytes.length < count) throw new Error('it ends too early')
    return bytes
  }

  /** So many bytes, in the pieces in which they come. */
  async *through(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.#left.length === 0) this.#left = await this.#nextPiece()
      const piece = this.#take(left)
      left -= piece.length
      yield piece
    }
  }

  async #nextPiece(): Promise<Buffer> {
    const { value, done } = await this.#pieces.next()
    if (done === true) throw new Error('it ends too early')
    return value
  }

  #take(count: number): Buffer {
    const taken = this.#left.subarray(0, count)
    this.#left = this.#left.subarray(taken.length)
    return taken
  }
}
