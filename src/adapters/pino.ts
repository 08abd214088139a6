// choose-l2/pino: a destination for pino on the thread that logs, and a transport target.

export { destination, Destination } from './pino/destination.js'
export { transport as default, type TransportOptions } from './pino/transport.js'
