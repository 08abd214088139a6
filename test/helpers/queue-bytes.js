// A queue file as words and doubles, to spoil it in one place.

import { readFileSync, writeFileSync } from 'node:fs'

/** Changes a queue file; `change` gets its bytes as words, doubles and as they are, and may return other bytes. */
export function spoil(path, change) {
  const bytes = new Uint8Array(readFileSync(path)).slice()
  const words = new Int32Array(bytes.buffer)
  const doubles = new Float64Array(bytes.buffer)
  const other = change({ words, doubles, bytes })
  writeFileSync(path, other instanceof Uint8Array ? other : bytes)
}
