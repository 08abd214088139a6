// Counts lines as `wc -l` does.

const NEWLINE = 10

/** The number of newlines. */
export async function countNewlines(pieces: AsyncIterable<Buffer>): Promise<number> {
  let count = 0
  for await (const piece of pieces) {
    for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, at + 1)) count++
  }
  return count
}
