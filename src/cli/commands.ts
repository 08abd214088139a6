// The list of subcommands, in the order in which the help shows them.

import type { Command } from './command.js'
import { archives } from './archives/archives.js'
import { bench } from './bench/bench.js'
import { cat } from './cat/cat.js'
import { recoverCommand } from './recover/recover.js'
import { status } from './status/status.js'
import { top } from './top/top.js'
import { write } from './write/write.js'

export const COMMANDS: readonly Command[] = [write, archives, cat, recoverCommand, status, top, bench]
