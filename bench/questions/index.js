// The questions, in the order in which `npm run bench` asks them. A question is an object:
//
//   name, title, unit
//   options      { name: { default, quick } }, numbers or lists of them, beside the options of every question
//   columns      what the tables show: { figure, title, show }; the first also with its smallest and largest value
//   program      bench/programs/<program>.js answers it, a process a run; or `runOnce(task)` does
//   variants     the same asked under different conditions: each a table of its own
//   canAsk, isUsual, suits   which contenders can answer, which are asked by default, in which variant
//   prepare      what must be known about each contender before the first run

import { crashSafety } from './crash-safety.js'
import { encoding } from './encoding.js'
import { freshness } from './freshness.js'
import { http } from './http.js'
import { manyWriters } from './many-writers.js'
import { memory } from './memory.js'
import { moderate } from './moderate.js'
import { payloads } from './payloads.js'
import { producers } from './producers.js'
import { responseTime } from './response-time.js'
import { rotation } from './rotation.js'
import { sendCost, sendCostFullSpeed } from './send-cost.js'
import { startup } from './startup.js'
import { sustained } from './sustained.js'
import { ticks } from './ticks.js'

export const questions = [
  sendCost,
  sendCostFullSpeed,
  responseTime,
  sustained,
  producers,
  http,
  freshness,
  payloads,
  memory,
  crashSafety,
  encoding,
  startup,
  rotation,
  ticks,
  moderate,
  manyWriters,
]
