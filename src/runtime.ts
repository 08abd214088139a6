// The clock, the timers and the process of Node itself. Test runners (Jest, Vitest, sinon) replace the global ones with
// fakes that stand still, before or after this package is loaded, and a log must keep writing. Nothing else in src/
// uses the globals; a lint rule checks that.

import { performance } from 'node:perf_hooks'
import sandboxProcess from 'node:process'
import timers from 'node:timers'

/** A global of the realm that Node's own code runs in, as Node made it. */
type NodesGlobals = { readonly process: NodeJS.Process; readonly Date: DateConstructor }

/**
 * The process. Jest gives its tests a copy that emits no 'exit' and hears no signal, but Node's own functions know the
 * real one.
 */
export const process: NodeJS.Process = inNodesRealm('process') ?? sandboxProcess
/** Node's own Date: a fake may stand still, or refuse the fields of a calendar. */
export const RealDate: DateConstructor = originalOf({ Date: inNodesRealm('Date') ?? Date }, 'Date')

/** Milliseconds on a clock that only goes forward. A fake lies on the object, before the prototype's. */
export const now: () => number = (Object.getPrototypeOf(performance) as typeof performance).now.bind(
  performance,
)
/** Milliseconds since 1970 at which {@link now} was 0. */
export const timeOrigin: number = performance.timeOrigin
/** Milliseconds since 1970. */
export const wallTime: () => number = RealDate.now.bind(RealDate)

export const nextTick: typeof process.nextTick = originalOf(process, 'nextTick').bind(process)
export const setTimeout: typeof timers.setTimeout = originalOf(timers, 'setTimeout')
export const clearTimeout: typeof timers.clearTimeout = originalOf(timers, 'clearTimeout')
export const setImmediate: typeof timers.setImmediate = originalOf(timers, 'setImmediate')

/**
 * Calls back in a later turn of the event loop; the calls run in order. Where an application's call may be ended by a time
 * limit of `vm`, use this: such an end inside of setImmediate() or setTimeout() leaves Node's own lists broken, and the
 * process would never end.
 */
export function inLaterTurn(callback: () => void): void {
  nextTick(setImmediate, callback)
}

/** The last time that a Date can hold. */
const LAST_TIME_MS = 8.64e15

/** A time in milliseconds since 1970 as `2026-11-26T08:15:30.250Z`. */
export function isoTime(ms: number): string {
  return new Date(Math.abs(ms) <= LAST_TIME_MS ? ms : 0).toISOString()
}

function inNodesRealm<Name extends keyof NodesGlobals>(name: Name): NodesGlobals[Name] | undefined {
  try {
    const NodesFunction = timers.setTimeout.constructor as FunctionConstructor
    return new NodesFunction(`return ${name}`)() as NodesGlobals[Name]
  } catch {
    return undefined // code from strings is not allowed (--disallow-code-generation-from-strings)
  }
}

/** A method that @sinonjs/fake-timers (sinon, Jest, Vitest) may have replaced: its clock keeps the one of before. */
function originalOf<T extends object, Name extends keyof T & string>(holder: T, name: Name): T[Name] {
  const { clock } = holder[name] as { clock?: Record<string, T[Name]> }
  return clock?.[`_${name}`] ?? holder[name]
}
