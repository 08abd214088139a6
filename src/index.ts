// The public surface: re-exports only.
export { Mode, QueuePolicy, WriterType } from './constants.js'
export { ChooseL2Error, ErrorCode } from './errors.js'
