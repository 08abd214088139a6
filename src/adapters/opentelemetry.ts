// choose-l2/opentelemetry: the numbers of a writer as observable instruments.

export { observeWriter } from './opentelemetry/observe-writer.js'
