// The lines that are sent: 1,000 different ones of JSON, round and round. They exist before the clock starts.

const DIFFERENT = 1000

/** With its line end. */
export const LINE_BYTES = 107

/** Without their line ends. */
export function makeLines(): string[] {
  return Array.from({ length: DIFFERENT }, (_, n) => {
    const number = String(n).padStart(3, '0')
    const start = `{"time":1764000000${number},"level":30,"msg":"request completed","id":"${number}","path":"/`
    // Through bytes, so that each is a flat string as JSON.stringify makes them, not a tree of its parts.
    return Buffer.from(`${start.padEnd(LINE_BYTES - 3, 'x')}"}`).toString('latin1')
  })
}
