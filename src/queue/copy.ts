// Copying bytes into shared memory at the speed of memcpy.

/**
 * Below this many bytes `copy` is cheaper than `fill`. Measured with Node 20 to 26: they cross near 1,000
 * bytes (both about 140 ns); at 1 MB `copy` into shared memory does 1.5 GB/s, word by word, and `fill` 15.
 */
const FILL_FROM_BYTES = 1024

/** Copies all of `source` to `target[at...]`. */
export function copyInto(target: Buffer, at: number, source: Uint8Array): void {
  if (source.length < FILL_FROM_BYTES) target.set(source, at)
  // A fill whose pattern is exactly as long as the range is one memcpy, shared memory or not.
  else target.fill(source, at, at + source.length)
}
