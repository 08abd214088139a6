// Waiting for a state that announces itself by no event: looks again whenever the event loop comes round.

import { setTimeout as delay } from 'node:timers/promises'

/** Resolves with the first truthy value of `look`. The test runner's own limit ends a wait that never does. */
export async function until(look) {
  for (;;) {
    const value = await look()
    if (value) return value
    await delay(2)
  }
}
