// How a command ends when it cannot do what it was asked for: an exit code and one line for the user.

/** The exit codes of every subcommand; a signal ends the process as signals do (128 + its number in a shell). */
export const ExitCode = {
  /** All is written. */
  DONE: 0,
  /** Lines were dropped, or could not be written. */
  INCOMPLETE: 1,
  /** A flag, a value or an argument is wrong; nothing was touched. */
  USAGE: 2,
  /** The log could not be opened. */
  NO_LOG: 3,
  /** Standard input could not be read to its end. */
  NO_INPUT: 4,
} as const

/** Ends the command with one line on standard error. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}

/** The command line is wrong: says what was expected, what came, and where to read on. */
export class UsageError extends CommandError {
  constructor(message: string, help: string) {
    super(ExitCode.USAGE, `${message}${/[.?]$/.test(message) ? '' : '.'} See ${help}`)
    this.name = 'UsageError'
  }
}
