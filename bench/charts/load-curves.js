// Response time against load: a small plot for each contender, all on the same axes. The dashed line is the same in
// all: the first contender's worst figure, to compare with.

import * as Plot from '@observablehq/plot'
import { beside, plot } from './frame.js'
import { powers } from './dot-ranges.js'
import { colors, PADDING, shades, SMALL_SIZE, WIDTH } from './palette.js'
import { titleMarks } from './panel-title.js'
import { time } from './text.js'

const COLUMNS = 3
const GAP = 8
const HEIGHT = 150
/** For the times at the axis. */
const LEFT = 46
const INNER_WIDTH = WIDTH - 2 * PADDING

/**
 * @param contenders [{ name, kind, about, points: [{ load, [figure]: ns }] }]
 * @param figures the usual and the worse one
 */
export function loadCurves(contenders, figures) {
  const values = contenders.flatMap(({ points }) =>
    points.flatMap((point) => figures.map((name) => point[name])),
  )
  const loads = [...new Set(contenders.flatMap(({ points }) => points.map(({ load }) => load)))]
  const scales = {
    y: { type: 'log', domain: [Math.min(...values) * 0.7, Math.max(...values) * 1.4], label: null },
    x: { domain: [Math.min(0, ...loads), Math.max(...loads)], label: null },
  }
  const width = (INNER_WIDTH - GAP * (COLUMNS - 1)) / COLUMNS
  const drawn = contenders.map((contender) => curves(contender, contenders[0], { figures, scales, width }))
  const rows = []
  for (let n = 0; n < drawn.length; n += COLUMNS) rows.push(beside(drawn.slice(n, n + COLUMNS), GAP))
  return rows
}

function curves({ name, kind, about, points }, reference, { figures, scales, width }) {
  const colorOf = (nth) => shades[kind][nth === 0 ? 0 : 2]
  const ticks = powers(scales.y.domain)
  const small = { fontSize: SMALL_SIZE, fill: colors.muted }
  return plot({
    ...scales,
    width,
    height: HEIGHT,
    marginTop: 40,
    marginBottom: 22,
    marginLeft: LEFT,
    marginRight: 14,
    marks: [
      Plot.gridY(ticks, { stroke: colors.grid, strokeOpacity: 1 }),
      Plot.axisY(ticks, { ...small, tickSize: 0, tickFormat: time }),
      Plot.axisX([0, 50, 100], { ...small, tickSize: 3, tickFormat: (load) => `${load} %` }),
      Plot.ruleX([100], { stroke: colors.grid, strokeWidth: 1.5 }),
      Plot.line(reference.points, {
        x: 'load',
        y: figures.at(-1),
        stroke: shades.ours[2],
        strokeDasharray: '3,3',
        strokeWidth: 1.5,
      }),
      ...figures.flatMap((figure, nth) => [
        Plot.line(points, { x: 'load', y: figure, stroke: colorOf(nth), strokeWidth: 2 }),
        Plot.dot(points, { x: 'load', y: figure, fill: colorOf(nth), r: 2.5 }),
      ]),
      ...titleMarks(name, about, width, { weight: kind === 'ours' ? 600 : 400, dx: 10 - LEFT }),
    ],
  })
}
