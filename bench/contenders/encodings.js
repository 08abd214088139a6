// Ways of getting many strings and their line ends into a ring of bytes, without a thread on the other side: what the
// sending thread cannot get below. Only the question `encoding` asks them.

const RING_BYTES = 4 * 1024 * 1024
const RING_LINES = 16 * 1024
const LARGEST_BATCH_BYTES = 512 * 1024
const BYTES_PER_UNIT = 3
const NEWLINE = 0x0a

export const encodings = [
  way('join of 32 lines, one write', joining(32)),
  way('join of 100 lines, one write', joining(100)),
  way('join of 1,000 lines, one write', joining(1000)),
  way('join of 100 lines, thrown away', joining(100, false)),
  way('rope of 100 lines, one write', addingUp(100)),
  way('utf8Write of each line', writing('utf8Write')),
  way('latin1Write of each line', writing('latin1Write')),
]

function way(text, encode) {
  return { name: `encoding: ${text}`, kind: 'control', encode }
}

/** What `send` and a commit do: an array of strings, joined, written at once; the ends from the lengths. */
function joining(batch, isWritten = true) {
  return (texts, count) => {
    const ring = makeRing()
    let lines = []
    for (let n = 0; n < count; n++) {
      lines.push(texts[n % texts.length])
      if (lines.length < batch) continue
      const text = lines.join('\n')
      if (isWritten) {
        ring.write(text)
        for (const { length } of lines) ring.end(length)
      } else {
        ring.kept += text.length
      }
      lines = []
    }
    return ring
  }
}

/** One string that grows: V8 keeps a tree of its parts and copies them when it is written. */
function addingUp(batch) {
  return (texts, count) => {
    const ring = makeRing()
    let text = ''
    for (let n = 1; n <= count; n++) {
      const line = texts[n % texts.length]
      text += `${line}\n`
      ring.end(line.length)
      if (n % batch !== 0) continue
      ring.write(text)
      text = ''
    }
    return ring
  }
}

function writing(method) {
  return (texts, count) => {
    const ring = makeRing()
    for (let n = 0; n < count; n++) ring.writeWith(method, texts[n % texts.length])
    return ring
  }
}

function makeRing() {
  const data = Buffer.from(new SharedArrayBuffer(RING_BYTES + LARGEST_BATCH_BYTES))
  const ends = new Int32Array(new SharedArrayBuffer(RING_LINES * 4))
  let at = 0
  let line = 0
  let position = 0
  return {
    kept: 0,
    end(length) {
      position = (position + length + 1) | 0
      ends[line++ & (RING_LINES - 1)] = position
    },
    write(text) {
      at = (at + data.write(text, at)) & (RING_BYTES - 1)
    },
    writeWith(method, text) {
      const bytes = data[method](text, at, text.length * BYTES_PER_UNIT)
      data[at + bytes] = NEWLINE
      at = (at + bytes + 1) & (RING_BYTES - 1)
      ends[line++ & (RING_LINES - 1)] = at
    },
  }
}
