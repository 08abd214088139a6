// A memory-mapped log ends in space that is allocated and not written yet: NUL bytes that no line has.

const NUL = 0
const MOST_AT_ONCE: number = 256 * 1024

/** The same bytes, without the NULs at the end. Others stay. */
export async function* withoutNulTail(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let nuls = 0
  for await (const piece of pieces) {
    const end = endOfContent(piece)
    if (end > 0) {
      for (; nuls > 0; nuls -= Math.min(nuls, MOST_AT_ONCE)) yield Buffer.alloc(Math.min(nuls, MOST_AT_ONCE))
      yield piece.subarray(0, end)
    }
    nuls += piece.length - end
  }
}

function endOfContent(piece: Buffer): number {
  let end = piece.length
  while (end > 0 && piece[end - 1] === NUL) end--
  return end
}
