// The channels of node:diagnostics_channel, for tools that watch every writer of a process. Runs on the owner's thread, in a later
// turn of the event loop, and only at edges: never once per line.

import { channel } from 'node:diagnostics_channel'
import type { Recovery } from '../recovery/recovery.js'
import type { ChooseL2Error } from '../errors.js'
import type { Rotation } from '../log/rotation/holder-parts.js'

/** What subscribers of `choose-l2:writer:NAME` get; `path` is that of the log. */
export interface ChannelMessages {
  /** So many lines were dropped since the last message. */
  drop: { readonly path: string; readonly lines: number }
  /** As the event 'error'. */
  error: { readonly path: string; readonly error: ChooseL2Error }
  /** As the event 'rotate'. */
  rotate: { readonly path: string; readonly rotation: Rotation }
  /** As the event 'recovered'. */
  recovered: { readonly path: string; readonly lines: number; readonly queues: readonly Recovery[] }
  /** `send` has waited for room: so many milliseconds since the last message. */
  blocked: { readonly path: string; readonly ms: number }
}

const channels = {
  drop: channel('choose-l2:writer:drop'),
  error: channel('choose-l2:writer:error'),
  rotate: channel('choose-l2:writer:rotate'),
  recovered: channel('choose-l2:writer:recovered'),
  blocked: channel('choose-l2:writer:blocked'),
}

/** Publishes a message if anybody has subscribed. */
export function publish<Name extends keyof ChannelMessages>(
  name: Name,
  message: ChannelMessages[Name],
): void {
  if (channels[name].hasSubscribers) channels[name].publish(message)
}
