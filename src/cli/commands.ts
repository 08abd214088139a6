// The list of subcommands, in the order in which the help shows them.

import type { Command } from './command.js'
import { bench } from './bench/bench.js'
import { recoverCommand } from './recover/recover.js'
import { write } from './write/write.js'

export const COMMANDS: readonly Command[] = [write, recoverCommand, bench]
