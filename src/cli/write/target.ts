// Opens the log that the command line names.

import { fstatSync, statSync } from 'node:fs'
import { isatty } from 'node:tty'
import { ChooseL2Error, createWriter, type BaseFileWriterThread } from '../../index.js'
import { CommandError, ExitCode, UsageError } from '../errors.js'
import { nameFlag, type Settings } from './options.js'

const STDIN = 0
const STDOUT = 1

/** What `<target>` means: a path, or the descriptor that `-` and `fd:3` stand for. */
export function readTarget(text: string): string | number {
  if (text === '-') return STDOUT
  const [, descriptor] = /^fd:(\d+)$/.exec(text) ?? []
  return descriptor === undefined ? text : Number(descriptor)
}

/** True if the log is shown on a terminal, where a live line would be in its way. */
export function isShown(target: string | number): boolean {
  return typeof target === 'number' && isatty(target)
}

/** True if the log is the file or pipe that standard input reads: each line would come back as input, without end. */
export function isInput(target: string | number): boolean {
  const input = fstatSync(STDIN)
  if (!input.isFile() && !input.isFIFO()) return false
  try {
    const log = typeof target === 'number' ? fstatSync(target) : statSync(target)
    return log.dev === input.dev && log.ino === input.ino
  } catch {
    return false // no such file yet, or one that cannot be opened either
  }
}

/** Opens it. Signals and the wait at the end are the command's own business. */
export function openWriter(target: string | number, settings: Settings, help: string): BaseFileWriterThread {
  try {
    // One lane: only this thread sends. The command has waited as long as it wants to before the process ends.
    return createWriter(target, { ...settings.writer, lanes: 1, handleSignals: false, exitTimeout: 0 })
  } catch (error) {
    if (!(error instanceof ChooseL2Error)) throw error
    if (error.code === 'ERR_INVALID_ARGUMENT') throw new UsageError(nameFlag(error.message), help)
    throw new CommandError(ExitCode.NO_LOG, error.message, { cause: error })
  }
}
