// "Did you mean ...?": the known word that is most like what was typed.

/** A word that needs more changes than this part of its length is not what was meant. */
const MOST_CHANGES = 0.5

/** The closest of the words, or `undefined` if none is close. */
export function closest(typed: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  let fewest = Infinity
  for (const word of words) {
    const changes = word.startsWith(typed) ? 0 : distance(typed, word)
    if (changes < fewest && changes <= Math.max(1, word.length * MOST_CHANGES)) {
      best = word
      fewest = changes
    }
  }
  return best
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
