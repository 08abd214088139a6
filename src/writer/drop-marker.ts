// The user's dropMarker, made safe to call from the middle of a commit: it never throws.

import { inspect } from 'node:util'
import type { DropMarker } from '../queue/drop-markers.js'

/** The marker, or one that tells what went wrong with it. */
export function safeMarker(marker: DropMarker | null): DropMarker | null {
  if (marker === null) return null
  return (info) => {
    try {
      const text: unknown = marker(info) // in JavaScript, whatever a user's function returns
      return typeof text === 'string' ? text : inspect(text)
    } catch (error) {
      return `${info.lines} lines dropped (dropMarker failed: ${String(error)})`
    }
  }
}
