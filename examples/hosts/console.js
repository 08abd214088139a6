// A console whose output goes to a log: for programs that log with console.log().

import { Console } from 'node:console'
import { createWriteStream } from 'choose-l2/stream'
import { logPath } from '../log-path.js'

const console = new Console(createWriteStream(logPath()))
console.log('a line from %s', 'a console')
console.error('and an error')
