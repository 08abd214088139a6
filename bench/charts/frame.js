// The sheet that a chart is drawn on: title, what was measured and where, how to read it, the plots, notes. Plots come
// from Observable Plot, which draws into any document; the one here is linkedom's, so no browser is needed.

import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { colors, FONT, FONT_SIZE, PADDING, SMALL_SIZE, WIDTH } from './palette.js'
import { escape, widthOf, wrap } from './text.js'

const PLOT_GAP = 6
const LINE_HEIGHT = 16
const TITLE_SIZE = 17
const INNER_WIDTH = WIDTH - 2 * PADDING
/** Some fonts are wide, and short words have no letters to make up for it. */
const SHORTEST_ENTRY = 34
const { document } = parseHTML('<!doctype html><html></html>')

/** A plot without its own sheet: { svg, width, height }. */
export function plot(options) {
  const drawn = Plot.plot({ document, ...options })
  drawn.querySelector('style')?.remove() // it is about the plot as an element of a page
  const style = `font-size="${FONT_SIZE}" text-anchor="middle" fill="${colors.text}" color="${colors.text}"`
  const { width, height } = options
  return { svg: `<g ${style}>${drawn.innerHTML}</g>`, width, height }
}

/** Puts plots side by side; the height is that of the tallest. */
export function beside(plots, gap = 0) {
  let x = 0
  const svg = plots.map((plot) => {
    const moved = move(plot.svg, x, 0)
    x += plot.width + gap
    return moved
  })
  return { svg: svg.join('\n'), width: x - gap, height: Math.max(...plots.map(({ height }) => height)) }
}

/** A line of text above the next plot. */
export function heading(text) {
  return { svg: line(text, 0, 14, { weight: 600 }), width: INNER_WIDTH, height: 20 }
}

/**
 * The whole file.
 * @param sheet.legend [{ color, text, shape }], left to right
 * @param sheet.plots from top to bottom
 */
export function sheet({ title, measured, environment, warning, legend, plots, notes = [] }) {
  const parts = []
  let y = PADDING
  const put = (svg, height) => {
    parts.push(svg)
    y += height
  }
  const lines = (text, options) => {
    for (const piece of wrap(text, INNER_WIDTH, options?.size)) {
      put(line(piece, PADDING, y + 12, options), LINE_HEIGHT)
    }
  }
  put(line(title, PADDING, y + 15, { size: TITLE_SIZE, weight: 600 }), 26)
  lines(measured)
  lines(environment, { color: colors.muted, size: SMALL_SIZE })
  if (warning !== undefined) lines(warning, { color: '#cf222e', weight: 600 })
  y += 6
  if (legend !== undefined) put(legendOf(legend, y), 24)
  for (const { svg, height } of plots) put(move(svg, PADDING, y), height + PLOT_GAP)
  if (notes.length > 0) y += 4
  for (const note of notes) lines(note, { color: colors.muted, size: SMALL_SIZE })
  const height = Math.ceil(y + PADDING / 2)
  const back = `fill="${colors.background}" stroke="${colors.border}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}" font-family="${escape(FONT)}" font-size="${FONT_SIZE}">
<title>${escape(title)}</title>
<desc>${escape(`${measured} ${environment}`)}</desc>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6" ${back}/>
${parts.join('\n')}
</svg>
`
}

function legendOf(entries, y) {
  let x = PADDING
  const parts = entries.map(({ color, text, shape }) => {
    const mark =
      shape === 'dot'
        ? `<circle cx="${x + 6}" cy="${y + 8}" r="5" fill="${color}"/>`
        : `<rect x="${x}" y="${y + 2}" width="12" height="12" rx="2" fill="${color}"/>`
    const label = line(text, x + 17, y + 12)
    x += 17 + Math.max(widthOf(text), SHORTEST_ENTRY) + 12
    return mark + label
  })
  return parts.join('')
}

function line(text, x, y, { size = FONT_SIZE, weight = 400, color = colors.text } = {}) {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${color}">${escape(text)}</text>`
}

const move = (svg, x, y) => `<g transform="translate(${x},${y})">${svg}</g>`
