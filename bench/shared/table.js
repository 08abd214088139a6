// Plain tables: the first column to the left, the others to the right.

/** Prints rows of texts; the first row is the heading. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const [heading, ...body] = rows
  printHeading(heading, widths)
  for (const row of body) printRow(row, widths)
}

/** For a table whose rows come one by one. */
export function printHeading(heading, widths) {
  printRow(heading, widths)
  console.log('-'.repeat(widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length)))
}

export function printRow(row, widths) {
  const cells = row.map((text, n) => (n === 0 ? text.padEnd(widths[n]) : text.padStart(widths[n])))
  console.log(cells.join(GAP).trimEnd())
}

export const whole = (number) => Math.round(number).toLocaleString('en')

const GAP = '   '

/** How figures are shown. */
export const asMillions = (number) => (number / 1e6).toFixed(number < 1e6 ? 3 : 2)
export const asTenths = (number) => number.toFixed(1)
export const asHundredths = (number) => number.toFixed(2)
