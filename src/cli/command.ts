// What a subcommand is. A new one is a folder of its own and an entry in commands.ts.

/** A subcommand of `choose-l2`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** The whole page for `--help`. */
  help(): string
  /**
   * Runs it with the arguments after its name.
   * @returns the exit code
   * @throws CommandError for everything that the user should read
   */
  run(args: readonly string[]): Promise<number>
}
