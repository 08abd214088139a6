// choose-l2/stream: a log as a stream of Node, or as one of the web.

export { createWritableStream } from './stream/writable-stream.js'
export { createWriteStream, LogStream, type LogStreamOptions } from './stream/log-stream.js'
