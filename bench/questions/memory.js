// (8) Memory at full speed: the most that the process ever had, less what an empty Node process has.

import { fileURLToPath } from 'node:url'
import { runForJson } from '../shared/run-program.js'
import { asMillions, asTenths } from '../shared/table.js'
import { isUsual, takesLines } from './usual.js'

const file = (name) => fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url))

export const memory = {
  name: 'memory',
  title: 'the peak of the memory at full speed, over an empty Node process',
  unit: 'MB',
  options: { bytes: { default: 214_000_000, quick: 10_700_000 } },
  columns: [
    { figure: 'rssOverEmptyMB', title: 'MB over empty', show: asTenths },
    { figure: 'peakRssMB', title: 'RSS MB', show: asTenths },
    { figure: 'emptyRssMB', title: 'empty MB', show: asTenths },
    { figure: 'linesPerSecond', title: 'M lines/s', show: asMillions },
  ],
  notes: ['The harness and its lines are in all of them: see the null sink.'],
  canAsk: takesLines,
  isUsual,
  /** An empty process beside every run, as its memory differs from run to run. */
  async runOnce(task) {
    const { emptyRssMB } = await runForJson(file('empty'), [])
    const { peakRssMB, linesPerSecond } = await runForJson(file('sustained'), [JSON.stringify(task)])
    return { rssOverEmptyMB: peakRssMB - emptyRssMB, peakRssMB, emptyRssMB, linesPerSecond }
  },
}
