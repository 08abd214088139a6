// What the demo shows while it runs: on a terminal one live line, elsewhere plain lines. Colours only where the
// terminal has them and NO_COLOR is not set.

import { availableParallelism, cpus } from 'node:os'

const { stdout } = process
const isLive = stdout.isTTY && process.env.TERM !== 'dumb'
const hasColors = stdout.isTTY && stdout.hasColors()
const BAR_CELLS = 24
const LABEL_CELLS = 26

const paint = (code) => (text) => (hasColors ? `\u001B[${code}m${text}\u001B[0m` : text)
export const bold = paint(1)
export const dim = paint(2)
export const red = paint(31)
export const green = paint(32)
export const cyan = paint(36)

/** The part of the output that comes before the report. */
export class Screen {
  title(port) {
    const cpu = cpus()[0]?.model ?? process.arch
    console.log()
    console.log(bold('choose-l2 demo') + '  an HTTP server under full load, with and without its request log')
    console.log(dim(`Node ${process.version}, ${availableParallelism()} x ${cpu.trim()}, port ${port}`))
    console.log()
  }

  /** Replaces the live line; nothing where output is not a terminal. */
  live(label, text = '', part = null) {
    if (!isLive) return
    const line = `  ${cyan('▸')} ${label.padEnd(LABEL_CELLS)} ${part === null ? '' : bar(part) + '  '}${text}`
    stdout.write(`\r\u001B[K${line}`)
  }

  /** A line that stays. */
  done(label, text) {
    this.clear()
    console.log(`  ${green('✓')} ${label.padEnd(LABEL_CELLS)} ${text.padStart(19)}`)
  }

  clear() {
    if (isLive) stdout.write('\r\u001B[K')
  }
}

function bar(part) {
  const full = Math.round(Math.min(1, part) * BAR_CELLS)
  return cyan('█'.repeat(full)) + dim('░'.repeat(BAR_CELLS - full))
}
