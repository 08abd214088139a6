// Standard error as people see it: lines that stay, and below them, on a terminal, one live line that is
// redrawn in place. Colours only where the terminal has them and NO_COLOR is not set.

import { styleText } from 'node:util'

/** A colour or a weight. */
export type Style = Parameters<typeof styleText>[0]

const CLEAR_LINE = '\r\u001b[K'
/** What a terminal that does not tell its width has. */
const USUAL_COLUMNS = 80

/** Text in a style, if this stream shows styles. */
export function paint(stream: NodeJS.WriteStream, style: Style, text: string): string {
  // hasColors() knows NO_COLOR, FORCE_COLOR, TERM=dumb and the rest.
  return stream.isTTY && stream.hasColors() ? styleText(style, text, { validateStream: false }) : text
}

/** A heading of a help page. */
export function heading(text: string): string {
  return paint(process.stdout, 'bold', text)
}

/** A part of the live line; the least important ones go first when the terminal is narrow. */
export interface Part {
  readonly text: string
  readonly importance: number
  readonly style?: Style
}

/** Writes to a terminal, or to whatever standard error is. */
export class Terminal {
  /** True if a live line can be shown. */
  readonly canRedraw: boolean
  readonly #stream: NodeJS.WriteStream
  #live = ''

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    this.canRedraw = stream.isTTY && process.env['TERM'] !== 'dumb'
    stream.on('error', () => {}) // nobody reads what we say: the log matters more
  }

  /** A line that stays. */
  say(text: string, style?: Style): void {
    const line = style === undefined ? text : paint(this.#stream, style, text)
    this.#write(`${this.#live === '' ? '' : CLEAR_LINE}${line}\n${this.#live}`)
  }

  /** Redraws the live line. */
  show(parts: readonly Part[]): void {
    // The last column stays free: some terminals wrap as soon as it is filled.
    const shown = fitting(parts, (this.#stream.columns || USUAL_COLUMNS) - 1)
    const painted = shown.map(({ text, style }) => (style ? paint(this.#stream, style, text) : text))
    this.#live = painted.join(SEPARATOR)
    this.#write(CLEAR_LINE + this.#live)
  }

  /** Takes the live line away. */
  clear(): void {
    if (this.#live === '') return
    this.#live = ''
    this.#write(CLEAR_LINE)
  }

  #write(text: string): void {
    this.#stream.write(text)
  }
}

const SEPARATOR = '  '

function fitting(parts: readonly Part[], columns: number): Part[] {
  const shown = [...parts]
  const width = (): number => shown.reduce((sum, { text }) => sum + text.length + SEPARATOR.length, -2)
  while (shown.length > 0 && width() > columns) {
    const least = Math.min(...shown.map(({ importance }) => importance))
    shown.splice(
      shown.findLastIndex(({ importance }) => importance === least),
      1,
    )
  }
  return shown
}
