// The target of pino.transport({ target: 'choose-l2/pino' }). Runs in the worker thread that pino starts.

import { createWriter, type CreateWriterOptions } from '../../index.js'
import { BackPressure } from '../shared/back-pressure.js'
import { HIGH_WATER_MARK, LogStream } from '../stream/log-stream.js'

/** The `options` of the transport: those of `createWriter`, and where the log is. */
export interface TransportOptions extends CreateWriterOptions {
  /** The path of the log, or a file descriptor (1 = standard output). */
  readonly destination: string | number
}

/** pino passes these in the same object. */
interface AddedByPino {
  readonly $context?: unknown
  readonly pinoWillSendConfig?: unknown
}

/**
 * Opens a log in pino's worker thread.
 *
 * What pino has not passed to its worker yet is out of reach: it is lost by SIGKILL, and by SIGTERM if nothing handles that.
 * {@link destination} has no such gap and costs the thread that logs less, so prefer it. A transport is for pipelines.
 *
 * @throws ChooseL2Error as `createWriter`
 */
export function transport({ destination, ...given }: TransportOptions): LogStream {
  const {
    $context: _context,
    pinoWillSendConfig: _willSend,
    ...options
  } = given as AddedByPino & typeof given
  const writer = createWriter(destination, options)
  return new LogStream(writer, new BackPressure(writer, options), HIGH_WATER_MARK)
}
