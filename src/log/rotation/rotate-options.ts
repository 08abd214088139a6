// The option `rotate`: what users may write, and what it means. Checks everything before any file is touched.

import { parse as parseMs } from '@lukeed/ms'
import xbytes from 'xbytes'
import { LONGEST_MS } from '../../constants.js'
import {
  expectBoolean,
  expectInteger,
  expectNumber,
  expectOneOf,
  expectOptions,
  expectPath,
  invalid,
} from '../../expect.js'
import { DAY_MS, type Interval, type Schedule } from './calendar.js'
import { canCompress, type Compression } from './compress-archive.js'
import type { RetentionLimits } from './retention.js'
import { MAX_LOG_BYTES } from './side-page.js'

/** When a log rotates, how long its archives are kept, and what they are called. All of it is optional. */
export interface RotateOptions {
  /** No file exceeds it, in bytes or as `'10MB'` (decimal; `'10MiB'` is binary). A longer line gets its own file. */
  size?: number | string
  /**
   * `'hour'`, `'day'`, `'week'` or `'month'` of the calendar; or milliseconds or a time like `'6h'`: multiples since local
   * midnight where they divide a day, otherwise since the first line of the file.
   */
  interval?: Interval | `${number}${string}`
  /** Time of day at which a day, week or month begins, `'HH:MM'`. Default `'00:00'`. */
  at?: string
  /** Boundaries and names in UTC. Default `false`: in the time zone of the process. */
  utc?: boolean
  /** Start with a new file if the old one is not empty. Default `false`. */
  onStart?: boolean
  /** Number of archives. Default: 10 if there is a `size` and neither `maxAge` nor `maxTotal`; otherwise no limit. */
  keep?: number
  /** Age of an archive since the end of its period, in milliseconds or as `'30d'`. Default: no limit. */
  maxAge?: number | string
  /** Bytes of all archives, temporary files and the live file together. Default: no limit. */
  maxTotal?: number | string
  /** Bytes to leave free on the disk. Default: no limit. */
  minFree?: number | string
  /** On a full disk: wait, or delete the oldest archive. Default `'wait'`. */
  onFull?: 'wait' | 'delete-oldest'
  /** Compress archives. Default `false`. `keepPlain` (1): so many of the newest stay plain, as agents still read them. */
  compress?: false | Compression | { type: Compression; level?: number; keepPlain?: number }
  /**
   * `'dated'`, or `'numbered'`: `app.log.1` is the newest, and all numbers go up at each rotation. Numbered archives belong to
   * one process, as with `lock`, and are not compressed. Default `'dated'`.
   */
  naming?: 'dated' | 'numbered'
  /** `app-2026-11-22.1.log` instead of `app.log.2026-11-22.1`. Default `false`. */
  keepExtension?: boolean
  /** Path of a link to the live file. Default: none. */
  symlink?: string
  /** First line of every file. Default: none. */
  header?: string | (() => string)
}

/** {@link RotateOptions}, checked, with the defaults filled in. */
export interface Rotate {
  /** `Infinity`: no limit. */
  readonly maxBytes: number
  readonly schedule: Schedule
  readonly retention: RetentionLimits
  readonly onStart: boolean
  readonly onFull: 'wait' | 'delete-oldest'
  readonly compression: {
    readonly type: Compression
    readonly level?: number
    readonly keepPlain: number
  } | null
  readonly naming: 'dated' | 'numbered'
  readonly keepsExtension: boolean
  readonly symlink: string | null
  readonly header: string | (() => string) | null
}

const KNOWN: readonly (keyof RotateOptions)[] = [
  'size',
  'interval',
  'at',
  'utc',
  'onStart',
  'keep',
  'maxAge',
  'maxTotal',
  'minFree',
  'onFull',
  'compress',
  'naming',
  'keepExtension',
  'symlink',
  'header',
]
const UNITS: readonly string[] = ['hour', 'day', 'week', 'month']
const SIZE_FORM = "to be a size in bytes, or a text like '100MB' or '1.5GiB'"
const INTERVAL_FORM = "to be 'hour', 'day', 'week', 'month', milliseconds, or a time like '6h' or '30m'"
const TIME_FORM = "to be milliseconds, or a time like '30d' or '12h'"
const SHORT_FORM = "to be a size, an interval or both, like '100MB', 'day' or 'day 100MB', or an object"
/** A shorter period would rotate as fast as the disk can. */
const SHORTEST_INTERVAL_MS = 1000
const DEFAULT_KEEP = 10
const MOST_KEPT: number = 2 ** 31 - 1
const MINUTES_AN_HOUR = 60

/** Checks the option. Throws ERR_INVALID_ARGUMENT, with the right form in the message. */
export function resolveRotate(option: unknown): Rotate {
  const options = typeof option === 'string' ? fromShortForm(option) : asObject(option)
  const {
    at,
    utc = false,
    onStart = false,
    onFull = 'wait',
    naming = 'dated',
    keepExtension = false,
  } = options
  const { symlink = null, header = null } = options
  for (const [name, value] of Object.entries({ utc, onStart, keepExtension }))
    expectBoolean(`rotate.${name}`, value)
  expectOneOf('rotate.onFull', onFull, ['wait', 'delete-oldest'])
  expectOneOf('rotate.naming', naming, ['dated', 'numbered'])
  if (naming === 'numbered' && (options.compress ?? false) !== false)
    throw invalid('rotate.naming', "to be 'dated' for archives that are compressed", naming)
  if (symlink !== null) expectPath('rotate.symlink', symlink)
  if (header !== null && typeof header !== 'function' && typeof header !== 'string')
    throw invalid('rotate.header', 'to be a text, or a function that returns one', header)
  const interval = options.interval === undefined ? null : intervalOf(options.interval)
  const sizeOr = (name: 'size' | 'maxTotal' | 'minFree', otherwise: number): number =>
    options[name] === undefined ? otherwise : sizeOf(`rotate.${name}`, options[name], name === 'size')
  return {
    maxBytes: sizeOr('size', Infinity),
    schedule: { interval, atMinutes: at === undefined ? 0 : minutesOf(at, interval), isUtc: utc },
    retention: {
      keep: keepOf(options),
      maxAge: options.maxAge === undefined ? Infinity : timeOf('rotate.maxAge', options.maxAge, TIME_FORM),
      maxTotal: sizeOr('maxTotal', Infinity),
      minFree: sizeOr('minFree', 0),
    },
    onStart,
    onFull,
    compression: compressionOf(options.compress ?? false),
    naming,
    keepsExtension: keepExtension,
    symlink,
    header,
  }
}

function asObject(option: unknown): RotateOptions {
  if (typeof option !== 'object' || option === null || Array.isArray(option))
    throw invalid('rotate', SHORT_FORM, option)
  expectOptions(option, KNOWN)
  return option
}

/** Words in any order, each a size or an interval. */
function fromShortForm(text: string): RotateOptions {
  const options: RotateOptions = {}
  for (const word of text.match(/\d+(?:\.\d+)?\s*[a-z]+|\S+/gi) ?? []) {
    if (options.size === undefined && parseSize(word) !== undefined) options.size = word
    else if (options.interval === undefined && (UNITS.includes(word) || parseTime(word) !== undefined))
      options.interval = word as Interval // a wrong one is refused below
    else throw invalid('rotate', SHORT_FORM, text)
  }
  if (Object.keys(options).length === 0) throw invalid('rotate', SHORT_FORM, text)
  return options
}

function sizeOf(name: string, value: number | string, isLimitOfFile: boolean): number {
  const bytes = typeof value === 'string' ? parseSize(value) : value
  if (typeof bytes !== 'number') throw invalid(name, SIZE_FORM, value)
  expectInteger(name, bytes, 1, isLimitOfFile ? MAX_LOG_BYTES : Number.MAX_SAFE_INTEGER)
  return bytes
}

function intervalOf(value: number | string): Interval {
  if (typeof value === 'string' && UNITS.includes(value)) return value as Interval
  const ms = timeOf('rotate.interval', value, INTERVAL_FORM)
  expectNumber('rotate.interval', ms, SHORTEST_INTERVAL_MS, Number.MAX_SAFE_INTEGER)
  return ms === DAY_MS ? 'day' : ms
}

function timeOf(name: string, value: number | string, form: string): number {
  const ms = typeof value === 'string' ? parseTime(value) : value
  if (typeof ms !== 'number') throw invalid(name, form, value)
  expectNumber(name, ms, 0, Number.MAX_SAFE_INTEGER)
  return Math.round(ms)
}

/** 'HH:MM' in minutes. Only what begins once a day or less often begins at a time of day. */
function minutesOf(at: unknown, interval: Interval | null): number {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(at)) ?? []
  if (typeof at !== 'string' || hour === undefined)
    throw invalid('rotate.at', "to be a time of day like '03:30'", at)
  if (interval === null || interval === 'hour' || typeof interval === 'number')
    throw invalid('rotate.at', "only with the interval 'day', 'week' or 'month'", at)
  return Number(hour) * MINUTES_AN_HOUR + Number(minute)
}

function keepOf({ size, maxAge, maxTotal, keep }: RotateOptions): number {
  if (keep === Infinity) return keep
  if (keep !== undefined) expectInteger('rotate.keep', keep, 0, MOST_KEPT)
  const isBounded = size === undefined || maxAge !== undefined || maxTotal !== undefined
  return keep ?? (isBounded ? Infinity : DEFAULT_KEEP)
}

function compressionOf(compress: unknown): Rotate['compression'] {
  if (compress === false) return null
  const options = typeof compress === 'string' ? { type: compress } : compress
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options)
  if (!isObject)
    throw invalid('rotate.compress', "to be false, 'gzip', 'zstd' or { type, level, keepPlain }", compress)
  expectOptions(options, ['type', 'level', 'keepPlain'])
  const { type, level, keepPlain = 1 } = options as { type?: Compression; level?: number; keepPlain?: number }
  expectOneOf('rotate.compress', type, ['gzip', 'zstd'])
  if (type === undefined || !canCompress(type))
    throw invalid('rotate.compress', "to be 'gzip': this version of Node.js has no zstd (22.15 does)", type)
  if (level !== undefined) expectInteger('rotate.compress.level', level, 1, type === 'gzip' ? 9 : 22)
  expectInteger('rotate.compress.keepPlain', keepPlain, 0, LONGEST_MS)
  return { type, keepPlain, ...(level === undefined ? {} : { level }) }
}

/** Undefined for what is no size. A number without a unit is none: it may have been meant as a time. */
function parseSize(text: string): number | undefined {
  if (!/^\d+(?:\.\d+)?\s*(?:[kmgt]i?)?b$/i.test(text)) return undefined
  return Math.floor(xbytes.parseSize(text, { bits: false }))
}

/** Undefined for what is no time. Capital letters are no times: `M` may have been meant as megabytes. */
function parseTime(text: string): number | undefined {
  return /^\d+(?:\.\d+)?\s*[a-z]+$/.test(text) ? parseMs(text) : undefined
}
