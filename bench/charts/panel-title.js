// The lines above a panel: what it shows, and which direction is better.

import * as Plot from '@observablehq/plot'
import { colors, SMALL_SIZE } from './palette.js'
import { wrap } from './text.js'

const LINE_HEIGHT = 16
/** Between the last line and the plot. */
const BELOW = 8

/** How much room the panel needs above. */
export function titleHeight({ title }, width) {
  return (wrap(title, width).length + 1) * LINE_HEIGHT + BELOW
}

/** As marks of the panel; they lie in its upper margin. */
export function titleMarks(title, better, width, { weight = 600, dx = 0 } = {}) {
  const place = { frameAnchor: 'top-left', lineAnchor: 'bottom', textAnchor: 'start', dx }
  return [
    Plot.text([wrap(title, width).join('\n')], {
      ...place,
      text: (t) => t,
      dy: -BELOW - LINE_HEIGHT,
      fontWeight: weight,
    }),
    Plot.text([better], { ...place, text: (t) => t, dy: -BELOW, fontSize: SMALL_SIZE, fill: colors.muted }),
  ]
}
