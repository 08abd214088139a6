#!/usr/bin/env node
// The command `choose-l2`: finds the subcommand and runs it. What a subcommand throws becomes one line on standard
// error and an exit code here, and nowhere else.

import { createRequire } from 'node:module'
import type { Command } from './command.js'
import { COMMANDS } from './commands.js'
import { CommandError, ExitCode, UsageError } from './errors.js'
import { closest } from '../suggest.js'
import { heading } from './terminal.js'

process.exitCode = await main(process.argv.slice(2))
// Not every input ends by itself: a terminal or pipe that nobody reads any more must not hold the process.
process.exit()

async function main(args: string[]): Promise<number> {
  try {
    return await run(args)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    process.stderr.write(`choose-l2: ${error.message}\n`)
    return error.exitCode
  }
}

async function run([first, ...rest]: string[]): Promise<number> {
  if (first === undefined) {
    process.stderr.write(help())
    return ExitCode.USAGE
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    return print(rest[0] === undefined ? help() : find(rest[0]).help())
  }
  if (first === '--version' || first === '-V') return print(`${version()}\n`)
  const command = find(first)
  if (asksForHelp(rest)) return print(command.help())
  return command.run(rest)
}

function find(name: string): Command {
  const command = COMMANDS.find((command) => command.name === name)
  if (command !== undefined) return command
  const names = COMMANDS.map((command) => command.name)
  const close = closest(name, names)
  const advice = close === undefined ? `Commands: ${names.join(', ')}` : `Did you mean ${close}?`
  throw new UsageError(`Expected a command, got '${name}'. ${advice}`, 'choose-l2 --help')
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end === -1 ? args.length : end).some((arg) => arg === '--help' || arg === '-h')
}

function print(text: string): number {
  process.stdout.write(text)
  return ExitCode.DONE
}

function version(): string {
  const manifest = createRequire(import.meta.url)('../../package.json') as { version: string }
  return manifest.version
}

function help(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length))
  const commands = COMMANDS.map((command) => `  ${command.name.padEnd(width)}   ${command.summary}`)
  return `choose-l2 - puts lines into log files, fast, and loses none

${heading('Usage')}
  choose-l2 <command> [flags]

${heading('Commands')}
${commands.join('\n')}

${heading('Flags')}
  -h, --help      this page; choose-l2 <command> --help tells about a command
  -V, --version   the version

${heading('Example')}
  node server.js | choose-l2 write server.log
`
}
