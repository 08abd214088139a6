// Ours: the three writers as they come, without crash safety, and in the other modes.

/** Loaded by those that need it: it must not count in the memory of the others. */
const load = () => import('../../dist/index.js')

/** Long enough for any disk: a time limit that strikes would make a wrong figure. */
const PATIENCE_MS = 600_000

const make = (name, options, more = {}) => ({
  name: `choose-l2 ${name}`,
  kind: 'ours',
  takes: 'text',
  takesBytes: true,

  async open(path) {
    const { createWriter } = await load()
    const writer = createWriter(path, options)
    if (options.crashSafe === undefined && !writer.crashSafe) {
      console.error(`${path}: not crash-safe here: ${writer.notCrashSafeBecause}`)
    }
    await writer.flush(PATIENCE_MS) // the thread runs
    return {
      send: more.send?.(writer) ?? ((line) => writer.send(line)),
      flushed: () => settled(writer.flush(PATIENCE_MS)),
      synced: () => settled(writer.sync(PATIENCE_MS)),
      close: () => settled(writer.stop(PATIENCE_MS)),
      metrics: () => writer.metrics.getSnapshot(),
      handle: writer.handle,
      stream: () => pinoStream(writer),
    }
  },

  /** For the other threads. */
  async attach(handle) {
    const { attachWriter } = await load()
    const writer = attachWriter(handle)
    return {
      send: (line) => writer.send(line),
      flushed: () => settled(writer.flush(PATIENCE_MS)),
      close: () => Promise.resolve(writer.detach()),
    }
  },
})

export const ours = [
  make('block', { writerType: 'block' }),
  make('line', { writerType: 'line' }),
  make('mmap', { writerType: 'mmap' }),
  make('block crashSafe off', { writerType: 'block', crashSafe: false }),
  make('line crashSafe off', { writerType: 'line', crashSafe: false }),
  make('mmap crashSafe off', { writerType: 'mmap', crashSafe: false }),
  make('block loop', { writerType: 'block', mode: 'loop' }),
  make('line loop', { writerType: 'line', mode: 'loop' }),
  make('mmap loop', { writerType: 'mmap', mode: 'loop' }),
  make('block manual', { writerType: 'block', mode: 'manual' }, { send: sendAndTrigger }),
]

/** What pino writes to: it hands over whole lines with their '\n', which send() adds itself. */
function pinoStream(writer) {
  return { write: (line) => writer.send(line.slice(0, -1)) }
}

function sendAndTrigger(writer) {
  return (line) => {
    const isAccepted = writer.send(line)
    writer.trigger()
    return isAccepted
  }
}

async function settled(promise) {
  if (!(await promise)) throw new Error('The writer did not finish in time')
}
