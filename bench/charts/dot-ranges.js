// From the usual to the worst on a logarithmic axis: a row for each contender, and on it a dot for each percentile.

import * as Plot from '@observablehq/plot'
import { namesColumn, panelWidth, rowsScale } from './bar-panels.js'
import { beside, plot } from './frame.js'
import { colors, shades, SMALL_SIZE } from './palette.js'
import { titleHeight, titleMarks } from './panel-title.js'

const BOTTOM = 22
const GAP = 14
/** An axis of more has only every second or third power of ten. */
const MOST_TICKS = 5

/**
 * @param panels [{ title, better, rows }]; all on the same axis, the names in the order of the first
 * @param figures from the usual to the worst
 * @param show a text for a value of the axis
 */
export function dotRanges(panels, figures, show) {
  const [{ rows: first }] = panels
  const values = panels.flatMap(({ rows }) =>
    rows.flatMap((row) => figures.flatMap((figure) => row.figures[figure]?.median ?? [])),
  )
  const domain = [Math.min(...values) * 0.8, Math.max(...values) * 1.25]
  const width = panelWidth(first, panels, GAP)
  const top = Math.max(...panels.map((panel) => titleHeight(panel, width)))
  const names = namesColumn(first, top, BOTTOM)
  const drawn = panels.map((panel) => dotPanel(panel, { first, figures, domain, width, top, show }))
  return beside([names, ...drawn], GAP)
}

function dotPanel({ title, better, rows }, { first, figures, domain, width, top, show }) {
  const dots = rows.flatMap(({ name, kind, figures: found }) =>
    figures.flatMap((figure, nth) => {
      const value = found[figure]?.median
      return value === undefined ? [] : [{ name, value, color: shades[kind][nth] }]
    }),
  )
  const lines = rows.flatMap(({ name, kind, figures: found }) => {
    const known = figures.flatMap((figure) => found[figure]?.median ?? [])
    return known.length === 0
      ? []
      : [{ name, from: Math.min(...known), to: Math.max(...known), color: shades[kind][3] }]
  })
  const ticks = powers(domain)
  return plot({
    ...rowsScale(first, top, BOTTOM),
    width,
    marginLeft: 10,
    marginRight: 22,
    x: { type: 'log', domain, label: null },
    marks: [
      Plot.gridX(ticks, { stroke: colors.grid, strokeOpacity: 1 }),
      Plot.axisX(ticks, { fontSize: SMALL_SIZE, fill: colors.muted, tickSize: 0, tickFormat: show }),
      Plot.ruleY(lines, { x1: 'from', x2: 'to', y: 'name', stroke: 'color', strokeWidth: 2 }),
      // The rarest lies below, the usual on top.
      Plot.dot(dots.toReversed(), {
        x: 'value',
        y: 'name',
        r: 4.5,
        fill: 'color',
        stroke: '#fff',
        strokeWidth: 0.75,
      }),
      ...titleMarks(title, better, width),
    ],
  })
}

/** The powers of ten in it, or every second or third. */
export function powers([from, to]) {
  const first = Math.ceil(Math.log10(from))
  const all = Array.from({ length: Math.floor(Math.log10(to)) - first + 1 }, (_, n) => 10 ** (first + n))
  const step = Math.ceil(all.length / MOST_TICKS)
  return all.filter((_, n) => n % step === 0)
}
