// The flags that say how a log rotates, for `archives` and `cat`. The library reads their values, so that the command and
// an application take the same ones; its messages then name the flag in place of the option.

import { closeSync, constants, openSync } from 'node:fs'
import { ChooseL2Error } from '../../index.js'
import { sideFileOf } from '../../log/rotation/archive-names.js'
import { keptOptions, keptRules } from '../../log/rotation/kept-rules.js'
import { resolveRotate, type Rotate, type RotateOptions } from '../../log/rotation/rotate-options.js'
import { UsageError } from '../errors.js'
import type { Flag } from '../flags.js'
import type { LogPath } from './log-path.js'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/** Settings of a subcommand that knows about rotation. */
export interface RotateSettings {
  /** As the command line says them, not checked yet. */
  readonly rotate: { -readonly [Name in keyof RotateOptions]?: unknown }
}

/** Which files are archives, and which periods they are named after. */
export const NAMING_FLAGS: readonly Flag<RotateSettings>[] = [
  {
    name: 'keep-extension',
    option: 'keepExtension',
    help: 'archives are called app-2026-11-22.1.log, not app.log.2026-11-22.1',
    apply: ({ rotate }) => (rotate.keepExtension = true),
  },
  {
    name: 'numbered',
    option: 'naming',
    help: 'archives are called app.log.1, the newest, and so on',
    apply: ({ rotate }) => (rotate.naming = 'numbered'),
  },
  {
    name: 'interval',
    value: 'interval',
    option: 'interval',
    help: 'how often the log rotates: hour, day, week, month, or a time like 6h',
    apply: ({ rotate }, text) => (rotate.interval = numberOrText(text)),
  },
  {
    name: 'at',
    value: 'HH:MM',
    option: 'at',
    help: 'when a day, week or month begins (00:00)',
    apply: ({ rotate }, text) => (rotate.at = text),
  },
  {
    name: 'utc',
    option: 'utc',
    help: 'periods are in UTC, not in local time',
    apply: ({ rotate }) => (rotate.utc = true),
  },
]

/** How long archives are kept. */
export const RETENTION_FLAGS: readonly Flag<RotateSettings>[] = [
  {
    name: 'keep',
    value: 'number',
    option: 'keep',
    help: 'this many archives',
    apply: ({ rotate }, text) => (rotate.keep = text === 'all' ? Infinity : numberOrText(text)),
  },
  {
    name: 'max-age',
    value: 'time',
    option: 'maxAge',
    help: 'this long after their period, like 30d',
    apply: ({ rotate }, text) => (rotate.maxAge = numberOrText(text)),
  },
  {
    name: 'max-total',
    value: 'size',
    option: 'maxTotal',
    help: 'at most this much with the live file, like 10GB',
    apply: ({ rotate }, text) => (rotate.maxTotal = sizeOrText(text)),
  },
  {
    name: 'min-free',
    value: 'size',
    option: 'minFree',
    help: 'so that this much of the disk stays free, like 1GB',
    apply: ({ rotate }, text) => (rotate.minFree = sizeOrText(text)),
  },
]

/**
 * The options of the application that writes the log, as its side file keeps them, with the flags in their place. Throws
 * UsageError, with the right form in the message.
 */
export function readRotate({ rotate }: RotateSettings, log: LogPath, help: string): Rotate {
  try {
    return resolveRotate({ ...keptBy(log), ...rotate })
  } catch (error) {
    if (!(error instanceof ChooseL2Error)) throw error
    throw new UsageError(nameFlag(error.message), help)
  }
}

/** Empty where nobody has rotated the log, or where the side file may not be read: then a note says so. */
function keptBy({ path }: LogPath): RotateOptions {
  const sideFile = sideFileOf(path)
  let fd: number
  try {
    fd = openSync(sideFile, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') noteUnreadable(sideFile)
    return {}
  }
  try {
    const rules = keptRules(fd)
    return rules === null ? {} : keptOptions(rules)
  } finally {
    closeSync(fd)
  }
}

/** Only those who may write to the log may read it. */
function noteUnreadable(sideFile: string): void {
  const advice = 'If the application names its archives otherwise, say so with the flags (see --help)'
  process.stderr.write(
    `choose-l2: Cannot read ${sideFile}, so archives have their default names. ${advice}\n`,
  )
}

/** Puts the flag's name where a message of the library names its option. */
function nameFlag(message: string): string {
  const option = /^Expected rotate\.(\w+) /.exec(message)?.[1]
  const flag = [...NAMING_FLAGS, ...RETENTION_FLAGS].find((flag) => flag.option === option)
  return flag === undefined ? message : message.replace(`rotate.${option}`, `--${flag.name}`)
}

/** The library takes a number for bytes or milliseconds, and a text for everything with a unit. */
function numberOrText(text: string): number | string {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text
}

/** As in `write`, `10M` is as good as `10MB`. */
function sizeOrText(text: string): number | string {
  return numberOrText(/^\d+(?:\.\d+)?[kmgt]i?$/i.test(text) ? `${text}B` : text)
}
