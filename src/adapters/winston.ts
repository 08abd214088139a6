// choose-l2/winston: a transport for winston.

export { ChooseL2Transport, type ChooseL2TransportOptions } from './winston/transport.js'
