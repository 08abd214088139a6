// The lines that are sent: 1,000 different ones of a shape, round and round. They exist before the clock starts and are
// flat strings, as JSON.stringify makes them, so that only writing is measured; a file can be checked against them.

const DIFFERENT = 1000

/** By name: the line number n, without its '\n', of the size in bytes that includes it. */
const SHAPES = {
  'json 107': (n) => json(n, 107),
  'json 100': (n) => json(n, 100),
  'json 512': (n) => json(n, 512),
  // 23 characters of four bytes each, and 8 others.
  emoji: (n) => `[${number(n)}] ${'🚀📈🔥🧵'.repeat(6).slice(0, 46)}.`,
}

export const shapes = Object.keys(SHAPES)

/**
 * The lines of a shape. `texts` go to a writer that adds the '\n' itself, `ended` to one that does not; `bytes` and
 * `endedBytes` are the same as buffers; `cycle` is all of them as they must stand in the file, `twice` two of it: from
 * any place in the first, 64 KB follow. Made when asked for, as their memory is measured too.
 */
export function linesOf(shape) {
  const plain = () => Array.from({ length: DIFFERENT }, (_, n) => SHAPES[shape](n))
  const ends = endsOf(plain())
  const forms = {
    texts: () => plain().map(flat),
    ended: () => plain().map((line) => flat(`${line}\n`)),
    bytes: () => plain().map((line) => Buffer.from(line)),
    endedBytes: () => plain().map((line) => Buffer.from(`${line}\n`)),
    cycle: () => Buffer.from(`${plain().join('\n')}\n`),
    twice: () => Buffer.concat([lines.cycle, lines.cycle]),
  }
  const lines = {
    /** How many bytes the first `count` lines take in the file. */
    bytesOf: (count) => Math.floor(count / DIFFERENT) * ends[DIFFERENT] + ends[count % DIFFERENT],
    lineBytes: ends[DIFFERENT] / DIFFERENT,
  }
  for (const [name, make] of Object.entries(forms)) makeOnce(lines, name, make)
  return lines
}

/** The lines of one of several threads: it can be told from each which thread sent it, and where it belongs. */
export function linesOfThread(thread) {
  const plain = Array.from({ length: DIFFERENT }, (_, n) => json(n, 107, `"thread":${thread},`))
  return { texts: plain.map(flat), ended: plain.map((line) => flat(`${line}\n`)) }
}

/** Where each line ends, after the 0 at which the first begins. */
function endsOf(plain) {
  const ends = [0]
  for (const line of plain) ends.push(ends.at(-1) + Buffer.byteLength(line) + 1)
  return ends
}

function makeOnce(object, name, make) {
  let made
  const get = () => (made ??= make())
  Object.defineProperty(object, name, { get, enumerable: false })
}

function json(n, bytes, more = '') {
  const start = `{${more}"time":1764000000${number(n)},"level":30,"msg":"request completed","id":"${number(n)}","path":"/`
  return `${start.padEnd(bytes - 3, 'x')}"}`
}

const number = (n) => String(n).padStart(3, '0')

/** Strings put together from parts are trees until somebody reads them; these are read already. */
function flat(text) {
  const bytes = Buffer.from(text)
  return bytes.toString(bytes.length === text.length ? 'latin1' : 'utf8')
}
