// Reads standard input block by block and stops while a block is not taken: that is how back-pressure gets to the
// sender. It uses the stream, never a blocking read, so that signals are seen and the process can always end.

import { createReadStream, fstatSync } from 'node:fs'
import type { Readable } from 'node:stream'

const STDIN = 0

/** Standard input, whatever it is; what cannot be read (a folder) says so with an error. */
export function standardInput(): Readable {
  const stats = fstatSync(STDIN)
  // Node takes these for empty.
  const isUnknown = stats.isDirectory() || stats.isBlockDevice()
  return isUnknown ? createReadStream('', { fd: STDIN, autoClose: false }) : process.stdin
}

/** Takes a block; a promise means: no more until it is settled. */
export type TakeBlock = (block: Buffer) => Promise<void> | undefined

/**
 * Hands every block to `take`, in order, until the input ends or `end` says so. What was read before that is
 * handed over too. Rejects with the error of the input, or of `take`.
 */
export function readInput(input: Readable, take: TakeBlock, end: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let taking: Promise<void> | undefined
    /** The input has ended, by itself, by `end` or by an error: what is being taken is the last. */
    let isLast = false
    let failure: unknown

    function onData(block: Buffer): void {
      try {
        taking = take(block)
      } catch (error) {
        return fail(error)
      }
      if (taking === undefined) return
      input.pause()
      taking.then(onTaken, fail)
    }

    function onTaken(): void {
      taking = undefined
      if (end.aborted) readAhead()
      if (isLast) settle()
      else input.resume()
    }

    /** A stream can end while it is paused: its last block may still be on its way. */
    function onLast(error?: unknown): void {
      isLast = true
      failure ??= error
      if (taking === undefined) settle()
    }

    function onAbort(): void {
      input.pause()
      readAhead()
      onLast()
    }

    /** Takes what the stream has read and not handed out yet. */
    function readAhead(): void {
      while (taking === undefined) {
        const block = input.read() as Buffer | null
        if (block === null) return
        onData(block)
      }
    }

    function fail(error: unknown): void {
      taking = undefined
      onLast(error)
    }

    function settle(): void {
      if (taking !== undefined) return
      input.pause()
      input.off('data', onData)
      end.removeEventListener('abort', onAbort)
      if (failure === undefined) resolve()
      else reject(failure)
    }

    input.on('data', onData)
    input.once('end', () => onLast())
    input.on('error', onLast)
    end.addEventListener('abort', onAbort)
    if (end.aborted) onAbort()
  })
}
