// One run: strings into a ring, by one of the ways. The first part warms up, as a logger runs for long.

import { answer, contender, linesOfTask, task } from './task.js'

const WARM_UP = 10
const { texts } = linesOfTask()
contender.encode(texts, task.lines / WARM_UP)
const start = performance.now()
contender.encode(texts, task.lines)
answer({ nanoseconds: ((performance.now() - start) * 1e6) / task.lines })
