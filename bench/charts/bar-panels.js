// Horizontal bars: a row for each contender, named once at the left, and a panel for each figure, each with its own
// axis from zero. A bar is the median, the line on it goes from the smallest to the largest run.

import * as Plot from '@observablehq/plot'
import { beside, plot } from './frame.js'
import { titleHeight, titleMarks } from './panel-title.js'
import { colors, PADDING, ROW_HEIGHT, SMALL_SIZE, WIDTH } from './palette.js'
import { short, widthOf } from './text.js'

/** Below the rows, for the axis. */
const BOTTOM = 22
const GAP = 14
const INNER_WIDTH = WIDTH - 2 * PADDING

/**
 * @param rows as rowsOf() makes them, in the order in which they are drawn
 * @param panels [{ figure, title, better, divide?, ends? }]; the title says the unit, `better` what is better, `ends`
 *   is where the axis ends if several plots are to be compared
 * @param all the rows of all plots below each other, for which the names get room
 */
export function barPanels(rows, panels, all = rows) {
  const width = panelWidth(all, panels, GAP)
  const top = Math.max(...panels.map((panel) => titleHeight(panel, width)))
  const names = namesColumn(rows, top, BOTTOM, all)
  return beside([names, ...panels.map((panel) => barPanel(rows, panel, width, top))], GAP)
}

/** What the names leave, shared out. */
export function panelWidth(rows, panels, gap) {
  return (INNER_WIDTH - namesWidth(rows) - gap * panels.length) / panels.length
}

const namesWidth = (rows) => Math.ceil(Math.max(...rows.map(({ name }) => widthOf(name)))) + 4

/** The names as a plot of its own, as wide as the longest. */
export function namesColumn(rows, top, bottom, all = rows) {
  const width = namesWidth(all)
  const mark = (isOurs) =>
    Plot.text(
      rows.filter(({ kind }) => (kind === 'ours') === isOurs),
      {
        y: 'name',
        text: 'name',
        frameAnchor: 'right',
        textAnchor: 'end',
        fontWeight: isOurs ? 600 : 400,
        fill: ({ kind }) => (kind === 'control' ? colors.muted : colors.text),
      },
    )
  return plot({
    ...rowsScale(rows, top, bottom),
    width,
    marginLeft: 0,
    marginRight: 0,
    x: { axis: null },
    marks: [mark(true), mark(false)],
  })
}

/** The height and the scale that panels beside each other share. */
export function rowsScale(rows, top, bottom) {
  return {
    height: top + bottom + rows.length * ROW_HEIGHT,
    marginTop: top,
    marginBottom: bottom,
    y: { type: 'band', domain: rows.map(({ name }) => name), axis: null, padding: 0.25 },
    color: { type: 'identity' },
  }
}

function barPanel(rows, { figure, title, better, divide = 1, ends }, width, top) {
  const bars = rows.flatMap(({ name, kind, figures }) => {
    const found = figures[figure]
    if (found === undefined) return []
    const [middle, min, max] = [found.median, found.min, found.max].map((value) => value / divide)
    return [{ name, middle, min, max, color: colors[kind], label: short(middle) }]
  })
  const largest = (ends ?? 0) / divide || Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE)
  const axis = { ticks: Math.max(2, Math.floor(width / 90)) }
  const forLabels = Math.ceil(Math.max(0, ...bars.map(({ label }) => widthOf(label)))) + 8
  const isKnown = new Set(bars.map(({ name }) => name))
  const unknown = rows.filter(({ name }) => !isKnown.has(name))
  return plot({
    ...rowsScale(rows, top, BOTTOM),
    width,
    marginLeft: 2,
    marginRight: forLabels,
    x: { domain: [0, largest], label: null },
    marks: [
      Plot.gridX({ ...axis, stroke: colors.grid, strokeOpacity: 1 }),
      Plot.axisX({
        ...axis,
        fontSize: SMALL_SIZE,
        fill: colors.muted,
        tickSize: 0,
        tickFormat: (value) => short(value).replace(/(?:\.0+|(\.\d*?)0+)$/u, '$1'),
      }),
      Plot.barX(bars, { x: 'middle', y: 'name', fill: 'color', rx2: 2 }),
      Plot.ruleY(
        bars.filter(({ min, max }) => max > min),
        { x1: 'min', x2: 'max', y: 'name', stroke: colors.text, strokeWidth: 1.2 },
      ),
      ...['min', 'max'].map((end) =>
        Plot.tickX(
          bars.filter(({ min, max }) => max > min),
          { x: end, y: 'name', stroke: colors.text, strokeWidth: 1.2, insetTop: 4, insetBottom: 4 },
        ),
      ),
      Plot.text(bars, { x: 'max', y: 'name', text: 'label', textAnchor: 'start', dx: 5 }),
      Plot.text(unknown, {
        y: 'name',
        text: () => 'not measured',
        fontSize: SMALL_SIZE,
        fill: colors.muted,
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: 4,
      }),
      ...titleMarks(title, better, width),
    ],
  })
}
