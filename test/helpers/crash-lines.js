// The lines of the campaign: each tells the life of the program, the thread, its number and its length, and the rest
// follows from these, so that a torn, mixed, repeated or missing line is found by reading the log alone.
//
//   <life> <thread> <number> <length> <so many letters, from a place that depends on the number>

const LONGEST = 100_000

const PLACES = 977
const MULTI_BYTE_EVERY = 10
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-+'
const FILLER = Array.from({ length: LONGEST + PLACES }, (_, n) => LETTERS[(n * n + (n >> 3)) % 64]).join('')
const FILLER_BYTES = Buffer.from(FILLER)
const MULTI_BYTE = 'äö€😀'
const MULTI_BYTE_BYTES = Buffer.from(MULTI_BYTE)
const NEWLINE = 0x0a

/** Line `n` of a thread in one life. */
export function crashLine(life, thread, n, length) {
  const from = (n * 31 + thread) % PLACES
  const tail = n % MULTI_BYTE_EVERY === 0 ? MULTI_BYTE : ''
  return `${life} ${thread} ${n} ${length} ${FILLER.slice(from, from + length)}${tail}`
}

/** Mostly short, now and then long, as logs are. */
export function randomLength(random) {
  const kind = random.next()
  if (kind < 0.9) return random.integer(0, 300)
  return random.integer(0, kind < 0.995 ? 8000 : LONGEST)
}

/** What stands in the place of lines that were dropped. */
export const dropMarker = 'dropped {lines}'

/**
 * Reads a log. Returns for every sender, `<life> <thread>`, the numbers in the order of the log and the gaps that
 * markers told of, and what is torn, doubled or out of order, in words.
 */
export function readCrashLog(bytes) {
  const senders = new Map()
  const faults = { torn: [], duplicated: [], disordered: [] }
  let markedGap = 0
  let lastLife = 0
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, start)
    const line = bytes.subarray(start, end === -1 ? bytes.length : end)
    const parsed = end === -1 ? null : parse(line)
    if (parsed === null) faults.torn.push(`at byte ${start}: ${JSON.stringify(head(line))}`)
    else if (parsed.dropped !== undefined) markedGap += parsed.dropped
    else {
      const { life, thread, n } = parsed
      const sender = senderOf(senders, `${life} ${thread}`, { n, marked: markedGap })
      if (life < lastLife) faults.disordered.push(`life ${life} after ${lastLife} at byte ${start}`)
      lastLife = life
      if (sender.seen.has(n)) faults.duplicated.push(`${life} ${thread} ${n} at byte ${start}`)
      else if (n < sender.next) faults.disordered.push(`${life} ${thread} ${n} at byte ${start}`)
      else if (n > sender.next) sender.gaps.push({ from: sender.next, to: n, marked: markedGap })
      sender.seen.add(n)
      sender.next = Math.max(sender.next, n + 1)
      markedGap = 0
    }
    start += line.length + 1
  }
  return { senders, faults }
}

/** `first`: its first line, and what the markers right before that say. */
function senderOf(senders, name, first) {
  let sender = senders.get(name)
  if (sender === undefined) senders.set(name, (sender = { next: 0, seen: new Set(), gaps: [], first }))
  return sender
}

/** The parts of a whole line; null if a single byte is not as it was sent. */
function parse(line) {
  const text = line.toString('latin1', 0, Math.min(line.length, 60))
  const marker = /^dropped (\d+)$/.exec(text)
  if (marker !== null && line.length === text.length) return { dropped: Number(marker[1]) }
  const match = /^(\d+) (\d+) (\d+) (\d+) /.exec(text)
  if (match === null) return null
  const [life, thread, n, length] = match.slice(1).map(Number)
  const from = (n * 31 + thread) % PLACES
  const start = match[0].length
  const tail = n % MULTI_BYTE_EVERY === 0 ? MULTI_BYTE_BYTES : Buffer.alloc(0)
  if (line.length !== start + length + tail.length) return null
  if (FILLER_BYTES.compare(line, start, start + length, from, from + length) !== 0) return null
  if (tail.compare(line, start + length) !== 0) return null
  return { life, thread, n }
}

function head(line) {
  const text = line.toString('latin1', 0, 80)
  return line.length > 80 ? `${text}... (${line.length} bytes)` : text
}
