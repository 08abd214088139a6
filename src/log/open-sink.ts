// The sink of one open file.

import { FileSink } from './file-sink.js'
import { nodeFs } from './log-fs.js'
import { MmapSink } from './mmap-sink.js'
import type { Sink, SinkNotes } from './sink.js'

/** For the thread that holds the consumer's role. `notes`: what outlives that thread. */
export function openSink(fd: number, isMapped: boolean, notes: SinkNotes): Sink {
  return isMapped ? new MmapSink({ fd, state: notes.state }) : new FileSink(fd, nodeFs, notes.streamed)
}
