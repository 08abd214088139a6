// Waiting for what a peer does not tell.

import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Resolves when the file has that many bytes. Looks every millisecond, so it is late by so much at most. */
export async function untilFileHas(path, bytes) {
  while ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < bytes) await delay(1)
}

/** Waits for a promise that only unreferenced threads will settle: without this the process would end before. */
export async function keepAlive(promise) {
  const timer = setInterval(() => {}, 1000)
  try {
    return await promise
  } finally {
    clearInterval(timer)
  }
}
