// Flags of a subcommand: one table says what each is called, what it does with its value and what the help says,
// so the help never shows a flag that does not exist.

import { parseArgs } from 'node:util'
import { UsageError } from './errors.js'
import { closest } from '../suggest.js'
import { ValueError } from './values.js'

/** One flag that fills in a part of `Settings`. */
export interface Flag<Settings> {
  readonly name: string
  readonly short?: string
  /** What stands for the value in the help; a flag without it is a switch. */
  readonly value?: string
  /** Wrapped to the page. With '\n' between the values, if each has its own line. */
  readonly help: string
  /** The options of the library that the value goes to, under which the library's errors name it. */
  readonly option?: string | readonly string[]
  /** @throws ValueError if the text is not what is expected */
  apply(settings: Settings, text: string): void
}

/** Narrower terminals are rare, and the pages are read in mails and tickets too. */
const PAGE_COLUMNS = 80
/** Fits the widest head, `-m, --mode trigger|loop|manual`. */
const HEAD_WIDTH = 30
const HELP_COLUMN = HEAD_WIDTH + 4

/** Reads the arguments into `settings`. Returns the arguments that are not flags. */
export function readFlags<Settings>(
  args: readonly string[],
  flags: readonly Flag<Settings>[],
  settings: Settings,
  help: string,
): string[] {
  const options = Object.fromEntries(flags.map((flag) => [flag.name, optionOf(flag)]))
  // Not strict: the messages about mistakes are our own.
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const flag = flags.find(({ name }) => name === token.name)
    if (flag === undefined) throw new UsageError(unknown(token.rawName, flags), help)
    readFlag(flag, token, settings, help)
  }
  return positionals
}

function readFlag<Settings>(
  flag: Flag<Settings>,
  token: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
  settings: Settings,
  help: string,
): void {
  const { value, inlineValue } = token
  const shown = `--${flag.name}`
  if (flag.value === undefined && value !== undefined) {
    throw new UsageError(`Expected no value for ${shown}, got '${value}'`, help)
  }
  const isNextFlag = value !== undefined && inlineValue !== true && /^-[^\d]/.test(value)
  if (flag.value !== undefined && (value === undefined || isNextFlag)) {
    const got = value === undefined ? 'nothing' : `the flag ${value}`
    throw new UsageError(`Expected a value after ${shown} (${flag.value}), got ${got}`, help)
  }
  try {
    flag.apply(settings, value ?? '')
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new UsageError(`Expected ${shown} ${error.message}, got '${value}'`, help)
  }
}

function optionOf(flag: Flag<never>): { type: 'boolean' | 'string'; short?: string } {
  const type = flag.value === undefined ? 'boolean' : 'string'
  return flag.short === undefined ? { type } : { type, short: flag.short }
}

function unknown(rawName: string, flags: readonly Flag<never>[]): string {
  const names = flags.map(({ name }) => name)
  const close = rawName.startsWith('--') ? closest(rawName.slice(2), names) : undefined
  const advice = close === undefined ? '' : `. Did you mean --${close}?`
  return `Expected a known flag, got '${rawName}'${advice}`
}

/** The table of flags for the help. */
export function describeFlags(flags: readonly Flag<never>[]): string {
  return flags.map(describe).join('\n')
}

function describe({ name, short, value, help }: Flag<never>): string {
  const names = `${short === undefined ? '    ' : `-${short}, `}--${name}`
  const head = value === undefined ? names : `${names} ${value}`
  const indent = ' '.repeat(HELP_COLUMN)
  const gap = head.length > HEAD_WIDTH ? `\n${indent}` : ' '.repeat(HEAD_WIDTH + 2 - head.length)
  const values = help.split('\n')
  const hang = values.length > 1 ? '  ' : ''
  const lines = values.flatMap((line) => wrap(line, PAGE_COLUMNS - HELP_COLUMN, hang))
  return `  ${head}${gap}${lines.join(`\n${indent}`)}`
}

/** Breaks a text between words; every line but the first begins with `hang`. */
function wrap(text: string, columns: number, hang: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = hang + word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
