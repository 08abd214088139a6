// A log whose file may be replaced, in a form that `postMessage` can carry, and its sink on any thread.

import type { LivePorts } from './current-file.js'
import { FollowedFile, type FollowedFileOptions } from './followed-file.js'
import { LiveSink } from './live-sink.js'
import type { LogDescriptor } from './log-descriptor.js'
import { RotatingFile, type RotatingFileOptions } from './rotation/rotating-file.js'
import type { SinkNotes } from './sink.js'

/** How the log finds its file. */
export type LiveHandle =
  | { readonly is: 'followed'; readonly options: FollowedFileOptions }
  | { readonly is: 'rotating'; readonly options: RotatingFileOptions }

/** For the thread that has the consumer's role; `close` it there. */
export function openLiveSink(
  live: LiveHandle,
  descriptor: LogDescriptor,
  notes: SinkNotes,
  ports: LivePorts,
): LiveSink {
  return new LiveSink(descriptor, live.options.isMapped, notes, (owner) =>
    live.is === 'rotating'
      ? new RotatingFile(live.options, descriptor, owner, ports)
      : new FollowedFile(live.options, descriptor, owner),
  )
}
