// "Did you mean ...?": the known word that is closest to what was typed. Used for options and for the command's flags.

/** If a larger part of a word would have to change, it is not what was meant. */
const MOST_CHANGES = 0.4

/** The closest of the words, or `undefined` if none is close. */
export function closest(typed: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  let fewest = Infinity
  const letters = lettersOf(typed)
  if (letters === '') return undefined
  for (const word of words) {
    const known = lettersOf(word)
    const changes = known.startsWith(letters) ? 0 : distance(letters, known)
    if (changes < fewest && changes <= Math.max(1, word.length * MOST_CHANGES)) {
      best = word
      fewest = changes
    }
  }
  return best
}

/** Other conventions of case and punctuation count as the same word: `flush_interval`, `flush-interval`. */
function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** Levenshtein's: letters to insert, remove or replace. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, n) => n)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? Infinity
}
