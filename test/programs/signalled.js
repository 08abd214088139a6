// Sends lines and gets a signal in one of many ways, or does the same without a writer:
// node signalled.js <path> <writer type|none> <signal> <way>

import { execFileSync } from 'node:child_process'
import { writeSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, writerType, signal, way] = process.argv.slice(2)
const writer = writerType === 'none' ? null : createWriter(path, { writerType })
let sent = 0

/** Standard output says how many lines were sent. */
const send = (count) => {
  for (let n = 0; n < count; n++) writer?.send(lineOf(0, sent++))
  writeSync(1, `${sent}\n`)
}
const raise = () => process.kill(process.pid, signal)
const stay = () => setInterval(() => {}, 1000)
const raiseByChild = () => execFileSync('kill', [`-${signal.slice(3)}`, String(process.pid)])

const ways = {
  lastAct: raise,
  lastActInTimer: () => setTimeout(raise, 1),
  lastActOfChild: raiseByChild,
  lastActTwice() {
    raise()
    raise()
  },
  thenExit() {
    raise()
    process.exit(0)
  },
  thenThrow() {
    raise()
    throw new Error('nobody catches this')
  },
  thenStopSync() {
    raise()
    writer?.stopSync()
    stay()
  },
  async afterStop() {
    await writer?.stop()
    raise()
  },
  beforeExit: () => process.once('beforeExit', raise),
  inExit: () => process.on('exit', raise),
  /** Without a listener, this does nothing. */
  byHand: () => process.emit(signal),
  byHandWithArguments: () => process.emit(signal, signal, 15),
  byHandToHandler() {
    process.on(signal, () => {
      send(10)
      process.exit(3)
    })
    process.emit(signal, signal)
  },
  once() {
    process.once(signal, () => {
      send(10)
      raise()
    })
    raise()
    stay()
  },
  onceTwiceInARow() {
    process.once(signal, () => {
      send(10)
      raise()
      raise()
    })
    raise()
    stay()
  },
  onceThenExit() {
    process.once(signal, () => {
      send(10)
      raise()
      process.exit(0)
    })
    raise()
    stay()
  },
  onceLastAct() {
    const timer = stay()
    process.once(signal, () => {
      clearInterval(timer)
      send(10)
      raise()
    })
    raise()
  },
  onceAsync() {
    const timer = stay()
    process.once(signal, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      send(10)
      clearInterval(timer)
      raise()
    })
    raise()
  },
  off() {
    const timer = stay()
    const handler = () => {
      process.off(signal, handler)
      send(10)
      clearInterval(timer)
      raise()
    }
    process.on(signal, handler)
    raise()
  },
  offAfterSend() {
    const timer = stay()
    const handler = () => {
      send(10)
      process.removeAllListeners(signal)
      clearInterval(timer)
      raise()
      send(1000)
    }
    process.on(signal, handler)
    raise()
  },
  several() {
    const timer = stay()
    const handlers = [1, 2, 3].map(() => () => {
      send(5)
      if (handlers.length > 0) process.off(signal, handlers.pop())
      if (handlers.length > 0) return
      clearInterval(timer)
      raise()
    })
    for (const handler of handlers) process.on(signal, handler)
    raise()
  },
  severalOnce() {
    const timer = stay()
    process.once(signal, () => send(5))
    process.once(signal, () => {
      send(5)
      clearInterval(timer)
      raise()
    })
    raise()
  },
  /** A second signal for a listener that is gone by then is nobody's, and the process goes on. */
  swallowed() {
    process.on(signal, () => {})
    raise()
    process.removeAllListeners(signal)
  },
  /** What the package signal-exit does: it leaves, and sends the signal again. */
  signalExit() {
    const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGABRT']
    const emit = process.emit.bind(process)
    const reallyExit = process.reallyExit.bind(process)
    const onExit = () => send(10)
    const listeners = new Map(signals.map((name) => [name, () => onSignal(name)]))
    process.emit = function (event, ...args) {
      if (event === 'exit') onExit()
      return emit(event, ...args)
    }
    process.reallyExit = (code) => reallyExit(code)
    for (const [name, listener] of listeners) process.on(name, listener)
    function onSignal(name) {
      if (process.listeners(name).length !== 1) return // another will end the process
      for (const [each, listener] of listeners) process.off(each, listener)
      process.emit = emit
      process.reallyExit = reallyExit
      onExit()
      clearInterval(timer)
      process.kill(process.pid, name)
    }
    const timer = stay()
    setTimeout(raise, 1)
  },
}

send(2000)
await ways[way]()
