// The flags of `choose-l2 write` for files over time.

import type { CreateWriterOptions, RotateOptions } from '../../index.js'
import type { Flag } from '../flags.js'
import { count, oneOf, ValueError } from '../values.js'
import type { Settings } from './options.js'

const UNITS = ['hour', 'day', 'week', 'month'] as const
const TIME = /^\d+(?:\.\d+)?(?:ms|s|m|h|d|w)$/
/** `10M` is as good as `10MB`. */
const SIZE = /^\d+(?:(?:\.\d+)?(?:[kmgt]i?b?|b))?$/i
const COMPRESSIONS = ['gzip', 'zstd'] as const
/** What svlogd, multilog and others hear. */
const ROTATING_SIGNALS: readonly NodeJS.Signals[] = ['SIGHUP', 'SIGALRM']

/** When the log rotates and what becomes of the archives. */
export const ROTATION_FLAGS: readonly Flag<Settings>[] = [
  {
    name: 'rotate',
    short: 'r',
    value: 'when',
    option: ['rotate.size', 'rotate.interval', 'rotateOn'],
    help:
      'begin a new file at this size (10MB, 64KiB), at the end of each hour, day, week or month, ' +
      "every 6h, or both: 'day 100MB'. SIGHUP and SIGALRM do it at once",
    apply: ({ writer }, text) => setWhen(rotateOf(writer), text),
  },
  {
    name: 'rotate-on-start',
    option: 'rotate.onStart',
    help: 'begin with a new file if the old one is not empty',
    apply: ({ writer }) => (rotateOf(writer).onStart = true),
  },
  {
    name: 'at',
    value: 'HH:MM',
    option: 'rotate.at',
    help: 'the time at which a day, week or month begins (00:00)',
    apply: ({ writer }, text) => (rotateOf(writer).at = text),
  },
  {
    name: 'utc',
    option: 'rotate.utc',
    help: 'boundaries and names in UTC',
    apply: ({ writer }) => (rotateOf(writer).utc = true),
  },
  {
    name: 'keep',
    short: 'k',
    value: 'number',
    option: 'rotate.keep',
    help: 'archives to keep (10 if only a size is given, otherwise all)',
    apply: ({ writer }, text) => (rotateOf(writer).keep = text === 'all' ? Infinity : count(text)),
  },
  {
    name: 'max-age',
    value: 'time',
    option: 'rotate.maxAge',
    help: 'delete older archives, like 30d or 12h',
    apply: ({ writer }, text) => (rotateOf(writer).maxAge = text),
  },
  {
    name: 'max-total',
    value: 'size',
    option: 'rotate.maxTotal',
    help: 'bytes of the log and its archives together, like 10GB',
    apply: ({ writer }, text) => (rotateOf(writer).maxTotal = sizeText(text)),
  },
  {
    name: 'min-free',
    value: 'size',
    option: 'rotate.minFree',
    help: 'delete archives until so much of the disk is free',
    apply: ({ writer }, text) => (rotateOf(writer).minFree = sizeText(text)),
  },
  {
    name: 'delete-when-full',
    option: 'rotate.onFull',
    help: 'on a full disk, delete the oldest archive instead of waiting',
    apply: ({ writer }) => (rotateOf(writer).onFull = 'delete-oldest'),
  },
  {
    name: 'compress',
    short: 'z',
    value: 'gzip|zstd',
    option: 'rotate.compress',
    help: 'compress all archives but the newest',
    apply: ({ writer }, text) => (rotateOf(writer).compress = oneOf(text, COMPRESSIONS)),
  },
  {
    name: 'keep-extension',
    option: 'rotate.keepExtension',
    help: 'app-2026-11-22.1.log instead of app.log.2026-11-22.1',
    apply: ({ writer }) => (rotateOf(writer).keepExtension = true),
  },
  {
    name: 'numbered',
    option: 'rotate.naming',
    help: 'app.log.1 is the newest archive; all numbers go up at each rotation',
    apply: ({ writer }) => (rotateOf(writer).naming = 'numbered'),
  },
  {
    name: 'symlink',
    value: 'path',
    option: 'rotate.symlink',
    help: 'a link that leads to the log',
    apply: ({ writer }, text) => (rotateOf(writer).symlink = text),
  },
  {
    name: 'header',
    value: 'text',
    option: 'rotate.header',
    help: 'first line of every file',
    apply: ({ writer }, text) => (rotateOf(writer).header = text),
  },
  {
    name: 'no-reopen',
    option: 'reopen',
    help: 'go on in the same file when another program renames or deletes it',
    apply: ({ writer }) => (writer.reopen = false),
  },
  {
    name: 'lock',
    option: 'lock',
    help: 'fail if another writer has the log open, and keep others out',
    apply: ({ writer }) => (writer.lock = true),
  },
]

/** The options of rotation, which begin with the first flag for them. */
function rotateOf(writer: CreateWriterOptions): RotateOptions {
  if (typeof writer.rotate === 'object') return writer.rotate
  const rotate: RotateOptions = {}
  writer.rotate = rotate
  writer.rotateOn = ROTATING_SIGNALS
  return rotate
}

/** Each word is a size or an interval. */
function setWhen(rotate: RotateOptions, text: string): void {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  for (const word of words) {
    const isInterval = (UNITS as readonly string[]).includes(word) || TIME.test(word)
    if (isInterval && rotate.interval === undefined) rotate.interval = word as (typeof UNITS)[number]
    else if (SIZE.test(word) && rotate.size === undefined) rotate.size = sizeText(word)
    else throw whenError()
  }
  if (words.length === 0) throw whenError()
}

function whenError(): ValueError {
  return new ValueError("to be a size, an interval or both, like 100MB, day, 6h or 'day 100MB'")
}

/** The library wants a unit, and units with a B. */
function sizeText(text: string): number | string {
  if (!SIZE.test(text)) throw new ValueError('to be a size in bytes, like 1000000, 10MB or 64MiB')
  if (/^\d+$/.test(text)) return Number(text)
  return /b$/i.test(text) ? text : `${text}B`
}
