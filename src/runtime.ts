// The clock and the timers of Node as they were when this package was loaded. Test runners (Jest, Vitest, sinon)
// replace the global ones with fakes that stand still, and a log must keep writing. Nothing else in src/ uses the
// globals; a lint rule checks that.

import { performance } from 'node:perf_hooks'
import process from 'node:process'
import timers from 'node:timers'

/** Milliseconds on a clock that only goes forward. */
export const now: () => number = performance.now.bind(performance)
/** Milliseconds since 1970 at which {@link now} was 0. */
export const timeOrigin: number = performance.timeOrigin
/** Milliseconds since 1970. */
export const wallTime: () => number = Date.now.bind(Date)

export const nextTick: typeof process.nextTick = process.nextTick.bind(process)
export const queueMicrotask: typeof globalThis.queueMicrotask = globalThis.queueMicrotask.bind(globalThis)
export const setTimeout: typeof timers.setTimeout = timers.setTimeout
export const clearTimeout: typeof timers.clearTimeout = timers.clearTimeout
export const setImmediate: typeof timers.setImmediate = timers.setImmediate

/** The last time that a Date can hold. */
const LAST_TIME_MS = 8.64e15

/** A time in milliseconds since 1970 as `2026-11-26T08:15:30.250Z`. */
export function isoTime(ms: number): string {
  return new Date(Math.abs(ms) <= LAST_TIME_MS ? ms : 0).toISOString()
}
