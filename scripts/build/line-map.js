// Makes a source map smaller: it keeps where each line of the sources begins and drops columns and names. A stack trace
// shows the right file and line, at a fifth of the size, which is the larger part of the package otherwise.

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** Five bits of a number in each digit; this bit says that more follow. */
const MORE = 32

/** The text of a source map (version 3), from that of a complete one. */
export function keepLines(text) {
  const { mappings, names: _names, ...map } = JSON.parse(text)
  const from = [0, 0, 0] // source, line, column: each number is the difference to the one before
  const to = [0, 0, 0]
  const lines = mappings.split(';').map((line) => {
    let column = 0
    let columnBefore = 0
    let before = ''
    const kept = []
    for (const segment of line.split(',')) {
      const [columns, ...place] = decode(segment)
      column += columns ?? 0
      if (place.length === 0) continue
      from.forEach((value, n) => (from[n] = value + place[n]))
      const here = `${from[0]}:${from[1]}`
      if (here === before) continue
      before = here
      const target = [from[0], from[1], 0]
      kept.push(encode([column - columnBefore, ...target.map((value, n) => value - to[n])]))
      target.forEach((value, n) => (to[n] = value))
      columnBefore = column
    }
    return kept.join(',')
  })
  return JSON.stringify({ ...map, names: [], mappings: lines.join(';') })
}

function decode(segment) {
  const numbers = []
  let value = 0
  let shift = 0
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit)
    value += (bits & (MORE - 1)) * 2 ** shift
    shift += 5
    if (bits & MORE) continue
    numbers.push(value % 2 === 0 ? value / 2 : -(value - 1) / 2)
    value = shift = 0
  }
  return numbers
}

function encode(numbers) {
  return numbers.map(encodeNumber).join('')
}

function encodeNumber(number) {
  let rest = number < 0 ? -number * 2 + 1 : number * 2
  let digits = ''
  do {
    const bits = rest % MORE
    rest = (rest - bits) / MORE
    digits += DIGITS[rest > 0 ? bits + MORE : bits]
  } while (rest > 0)
  return digits
}
