// The numbered lines of the combinations: which thread sent it, its number, and some text of changing length.

const FILLER = 'abcdefghijklmnopqrstuvwxyz'.repeat(4)

export function lineOf(thread, number) {
  return `${thread} ${number} ${FILLER.slice(0, number % FILLER.length)}`
}

/** Sends lines 1 to `count`; returns for each number whether send accepted it. */
export function sendLines(writer, thread, count) {
  const accepted = new Uint8Array(count + 1)
  for (let number = 1; number <= count; number++) {
    if (writer.send(lineOf(thread, number))) accepted[number] = 1
  }
  return accepted
}
