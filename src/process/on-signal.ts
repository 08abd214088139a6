// Listening for a signal on behalf of many writers, with one listener: for the rest of this package it is like one of the
// application's, so the signal no longer ends the process. Main thread only, where signals arrive.

import { process } from '../runtime.js'

const callbacks = new Map<NodeJS.Signals, Set<() => void>>()
const listeners = new Map<NodeJS.Signals, () => void>()

/** Calls back at each of these signals. Returns what ends that. */
export function onSignals(signals: readonly NodeJS.Signals[], callback: () => void): () => void {
  for (const signal of signals) listen(signal, callback)
  return () => {
    for (const signal of signals) forget(signal, callback)
  }
}

function listen(signal: NodeJS.Signals, callback: () => void): void {
  const known = callbacks.get(signal) ?? new Set()
  callbacks.set(signal, known.add(callback))
  if (listeners.has(signal)) return
  const listener = (): void => {
    for (const each of callbacks.get(signal) ?? []) each()
  }
  listeners.set(signal, listener)
  process.on(signal, listener)
}

function forget(signal: NodeJS.Signals, callback: () => void): void {
  const known = callbacks.get(signal)
  const listener = listeners.get(signal)
  if (known === undefined || listener === undefined || !known.delete(callback) || known.size > 0) return
  listeners.delete(signal)
  process.off(signal, listener)
}
