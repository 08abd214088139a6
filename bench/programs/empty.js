// A Node process that does nothing but tell its memory.

import { peakRssMB } from '../shared/resources.js'

console.log(JSON.stringify({ emptyRssMB: peakRssMB() }))
