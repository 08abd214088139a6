// CRC-32 (ISO 3309) as node:zlib has it, for texts of a queue's memory: at most a few KB, and zlib takes 2 ms to load.

const POLYNOMIAL = 0xedb8_8320

/** 32 bits over these bytes; `before` is the result for the bytes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (POLYNOMIAL & -(sum & 1))
  }
  return ~sum >>> 0
}
