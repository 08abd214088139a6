// `choose-l2 cat`: the subcommand and its command line. It has no handlers of signals: they end it at once, as there is
// nothing to tidy up.

import { fstatSync } from 'node:fs'
import { lstat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rotate } from '../../log/rotation/rotate-options.js'
import { namingOf } from '../../log/rotation/rotation-rules.js'
import { plainName, type Archive } from '../archives/archive.js'
import { noLog, oneLog, type LogPath } from '../archives/log-path.js'
import { contentOf, openArchive, piecesOf } from '../archives/open-archive.js'
import { NAMING_FLAGS, readRotate } from '../archives/rotate-flags.js'
import { canReadZstd } from '../archives/zstd-frames.js'
import type { Command } from '../command.js'
import { CommandError, ExitCode, UsageError } from '../errors.js'
import { readFlags } from '../flags.js'
import { Output } from '../output.js'
import { catHelp } from './help.js'
import { withoutNulTail } from './nul-tail.js'
import { RANGE_FLAGS, readRange, type CatSettings } from './options.js'
import { Printer } from './printer.js'
import { hasLinesFrom, isLiveFrom, type Range } from './range.js'
import { takeSnapshot, type Source } from './snapshot.js'

const HELP = 'choose-l2 cat --help'
const STDOUT = 1

/** A log with its archives, on standard output. */
export const cat: Command = {
  name: 'cat',
  summary: 'prints a log with its archives',
  help: catHelp,
  async run(args) {
    const settings: CatSettings = { rotate: {}, since: null, until: null }
    const targets = readFlags(args, [...RANGE_FLAGS, ...NAMING_FLAGS], settings, HELP)
    const log = oneLog(targets, HELP)
    const rotate = readRotate(settings, log, HELP)
    const range = readRange(settings, rotate.schedule.isUtc, HELP)
    const all = await takeSnapshot(log, namingOf(rotate, log.name))
    try {
      if (all.length === 0) throw noLog(log)
      await expectOtherOutput(log, all)
      const sources = await chosen(log, all, range, rotate)
      expectReadable(sources)
      return await printAll(log, sources)
    } finally {
      for (const source of all) if (source.kind !== 'archive') await source.handle.close()
    }
  },
}

/** The sources that can have lines from the range. */
async function chosen(
  { folder }: LogPath,
  all: readonly Source[],
  range: Range,
  { schedule }: Rotate,
): Promise<Source[]> {
  const found: Source[] = []
  let newest: Archive | null = null
  for (const source of all) {
    if (source.kind === 'live') {
      const times = await source.handle.stat()
      if (isLiveFrom(range, schedule, newest?.period ?? null, times)) found.push(source)
    } else {
      newest = source.archive
      const lastWrite = Number.isFinite(range.since) ? await lastWriteOf(folder, newest) : Infinity
      if (hasLinesFrom(range, schedule, newest.period, lastWrite)) found.push(source)
    }
  }
  return found
}

/** Infinity where no file of it is left, and another form of it may be. */
async function lastWriteOf(folder: string, { files }: Archive): Promise<number> {
  const times = await Promise.all(
    files.map(({ name }) =>
      lstat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => Infinity,
      ),
    ),
  )
  return Math.max(...times)
}

/** A log that grows by what is read from it would never end. */
async function expectOtherOutput({ folder, path }: LogPath, sources: readonly Source[]): Promise<void> {
  const output = fstatSync(STDOUT)
  if (!output.isFile()) return
  const paths = sources.flatMap(({ archive }) =>
    archive === null ? [path] : archive.files.map(({ name }) => join(folder, name)),
  )
  for (const path of paths) {
    const stats = await lstat(path).catch(() => null)
    if (stats?.dev === output.dev && stats.ino === output.ino)
      throw new UsageError(`Expected the output to be another file, but it is ${path}`, HELP)
  }
}

/** Before anything is printed. */
function expectReadable(sources: readonly Source[]): void {
  if (canReadZstd) return
  for (const { archive } of sources) {
    const [first] = archive?.files ?? []
    if (first?.form !== 'zst') continue
    const advice = 'use Node.js 22.15 or newer, or zstdcat'
    throw new CommandError(
      ExitCode.NO_LOG,
      `Could not read ${first.name}: Node.js ${process.versions.node} has no zstd; ${advice}`,
    )
  }
}

/** Prints one after the other. One that cannot be read does not keep the others. */
async function printAll(log: LogPath, sources: readonly Source[]): Promise<number> {
  const output = new Output(process.stdout)
  const printer = new Printer(output)
  const live = sources.find((source) => source.kind !== 'archive')?.handle
  let exitCode: number = ExitCode.DONE
  for (const source of sources) {
    try {
      await (source.kind === 'archive'
        ? printArchive(log.folder, source.archive, live, printer)
        : printLive(source.handle, printer))
    } catch (error) {
      if (error instanceof CommandError) throw error // of the output
      const name = source.archive === null ? log.name : plainName(source.archive)
      say(`Could not read ${name}: ${(error as Error).message}`)
      exitCode = ExitCode.INCOMPLETE
    }
    if (output.isGone) return ExitCode.DONE
  }
  return exitCode
}

/** Only what is there now: a log that is written faster than its lines are read would never end. */
async function printLive(handle: FileHandle, printer: Printer): Promise<void> {
  const { size } = await handle.stat()
  await printer.print(withoutNulTail(piecesOf(handle, size)))
}

async function printArchive(
  folder: string,
  archive: Archive,
  live: FileHandle | undefined,
  printer: Printer,
): Promise<void> {
  const file = await openArchive(folder, archive)
  try {
    // Where retention keeps nothing, the number of a deleted archive is used again.
    if (file === null || (live !== undefined && (await isSame(file.handle, live))))
      return say(`${plainName(archive)} was deleted before its turn came`)
    await printer.print(contentOf(file))
  } finally {
    await file?.handle.close()
  }
}

async function isSame(a: FileHandle, b: FileHandle): Promise<boolean> {
  const [one, other] = await Promise.all([a.stat({ bigint: true }), b.stat({ bigint: true })])
  return one.dev === other.dev && one.ino === other.ino
}

function say(text: string): void {
  process.stderr.write(`choose-l2: ${text}\n`)
}
