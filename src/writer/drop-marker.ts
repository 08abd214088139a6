// The user's dropMarker, made safe to call from the middle of a commit: it never throws, and can neither send to
// the writer whose gap it tells of, which could make the next gap before this one is told, nor end it.

import { inspect } from 'node:util'
import { ChooseL2Error } from '../errors.js'
import type { DropMarker } from '../queue/drop-markers.js'

/** A marker that can be asked in the middle of a commit. */
export interface SafeMarker extends DropMarker {
  /** True while the user's function runs. */
  readonly isAsked: () => boolean
}

/** The marker, or one that tells what went wrong with it. */
export function safeMarker(marker: DropMarker | null): SafeMarker | null {
  if (marker === null) return null
  let isAsked = false
  const tell: DropMarker = (info) => {
    isAsked = true
    try {
      const text: unknown = marker(info) // in JavaScript, whatever a user's function returns
      return typeof text === 'string' ? text : inspect(text)
    } catch (error) {
      return `${info.lines} lines dropped (dropMarker failed: ${String(error)})`
    } finally {
      isAsked = false
    }
  }
  return Object.assign(tell, { isAsked: () => isAsked })
}

/** Throws inside the user's dropMarker: what it does to its own writer would happen in the middle of a commit. */
export function expectOutside(marker: SafeMarker | null): void {
  if (marker?.isAsked() !== true) return
  throw new ChooseL2Error(
    'ERR_INVALID_ARGUMENT',
    'Expected dropMarker neither to send to the writer it was given to, nor to end it: return the text instead',
  )
}
