// Everything that is measured beside each other. A contender is an object:
//
//   name          as in the tables; `note` is said below them
//   kind          'ours', 'peer', or 'control': what the machine could do, or what the harness itself costs
//   peer          the package it needs, if any; or `missing()` says why it cannot run here
//   takes         'text' if it adds the '\n' itself, 'ended' if it wants it at the end of the text
//   takesBytes    whether a Uint8Array will do
//   open(path, { bytes }) -> logger, ready to be sent to, the file created if it can be known
//   writeAll(job) instead of `open`: whole programs and controls that know no lines (only some questions ask them)
//   encode        strings into bytes only (contenders/encodings.js)
//   attach, appends   how several threads write to one file (see programs/producers.js)
//   slow          gets a tenth of the lines where a question counts bytes
//
// A logger: `send(line)`, which returns false to ask for back-pressure: then `drained()` is awaited before the next;
// `flushed(bytes)` resolves when the kernel has that many bytes (asked once, at the end); `synced()` where the peer
// has something better than the harness's fdatasync; `close()`; `metrics()` and `writesFile: false` where they apply.

import { createRequire } from 'node:module'
import { ours } from './choose-l2.js'
import { controls } from './controls.js'
import { encodings } from './encodings.js'
import { log4js } from './log4js.js'
import { nodeStreams } from './node-streams.js'
import { pinos } from './pino.js'
import { pythons } from './python.js'
import { rotatingFileStream } from './rotating-file-stream.js'
import { rotating } from './rotating.js'
import { sonicBooms } from './sonic-boom.js'
import { utf8Stream } from './utf8-stream.js'
import { winston } from './winston.js'
import { startups } from './startup.js'
import { writeSyncs } from './write-sync.js'

const all = [
  ...ours,
  ...sonicBooms,
  ...pinos,
  winston,
  ...nodeStreams,
  ...writeSyncs,
  rotatingFileStream,
  log4js,
  utf8Stream,
  ...pythons,
  ...controls,
  ...encodings,
  ...startups,
  ...rotating,
]
const resolve = createRequire(import.meta.url).resolve

export const contenders = new Map(all.map((contender) => [contender.name, contender]))

/** Why it cannot run here; null if it can. */
export function whyMissing(contender) {
  if (contender.missing !== undefined) return contender.missing()
  if (contender.peer === undefined) return null
  try {
    resolve(contender.peer)
    return null
  } catch {
    return `${contender.peer} is not installed: npm ci --prefix bench`
  }
}

/** Those of the names that a word picks: a whole name, or a part of several. No words pick all. */
export function pick(names, words) {
  if (words.length === 0) return names
  const picked = words.flatMap((word) => {
    const found = names.includes(word) ? [word] : names.filter((name) => name.includes(word))
    if (found.length === 0) throw new Error(`No contender here is called ${word}: ${names.join(', ')}`)
    return found
  })
  return [...new Set(picked)]
}
