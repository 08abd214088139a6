// Another process may be about to rotate the log: it is asked again, for some tenths of a second each time.

import { systemErrorCode } from '../errors.js'

/** Calls again as long as it throws EAGAIN, at most so many times. */
export function patiently<T>(attempts: number, call: () => T): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return call()
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN' || attempt === attempts) throw error
    }
  }
}
