// Reads standard input block by block and stops while a block is not taken: that is how back-pressure gets to the
// sender. It uses the stream, never a blocking read, so that signals are seen and the process can always end.

/** Takes a block; a promise means: no more until it is settled. */
export type TakeBlock = (block: Buffer) => Promise<void> | undefined

/**
 * Hands every block to `take`, in order, until the input ends or `end` says so. What was read before that is
 * handed over too. Rejects with the error of the input, or of `take`.
 */
export function readInput(input: NodeJS.ReadStream, take: TakeBlock, end: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let taking: Promise<void> | undefined
    let isOver = false

    function finish(error?: unknown): void {
      if (isOver) return
      isOver = true
      input.pause()
      input.off('data', onData)
      end.removeEventListener('abort', onAbort)
      if (error === undefined) resolve()
      else reject(error)
    }

    function onData(block: Buffer): void {
      try {
        taking = take(block)
      } catch (error) {
        return finish(error)
      }
      if (taking === undefined) return
      input.pause()
      taking.then(onTaken, finish)
    }

    function onTaken(): void {
      taking = undefined
      if (end.aborted) onAbort()
      else input.resume()
    }

    /** The stream may have read ahead of what it handed out. */
    function onAbort(): void {
      input.pause()
      while (taking === undefined && !isOver) {
        const block = input.read() as Buffer | null
        if (block === null) return finish()
        onData(block)
        input.pause()
      }
    }

    input.on('data', onData)
    input.once('end', () => finish())
    input.on('error', finish)
    end.addEventListener('abort', onAbort)
    if (end.aborted) onAbort()
  })
}
