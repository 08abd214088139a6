// The numbers of a writer as observable instruments of OpenTelemetry. They are read when a reader collects, so they cost nothing
// per line. The queue has the names that the semantic conventions give to that of a log processor
// (https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/); the others begin with `choose_l2.writer`.

import { metrics, ValueType, type BatchObservableCallback, type Meter } from '@opentelemetry/api'
import type { Writer } from '../../index.js'

/** Semantic conventions have nanoseconds nowhere: times are seconds. */
const MS_PER_SECOND = 1000

/**
 * Observes a writer.
 *
 * @param meter default: `metrics.getMeter('choose-l2')` of the global meter provider
 * @returns ends it. Call it some time after the writer has stopped, so that its last numbers are exported
 *
 * @example
 * ```js
 * import { createWriter } from 'choose-l2'
 * import { observeWriter } from 'choose-l2/opentelemetry'
 *
 * const writer = createWriter('app.log')
 * const unobserve = observeWriter(writer)
 * await writer.stop()
 * unobserve()
 * ```
 */
export function observeWriter(writer: Writer, meter: Meter = metrics.getMeter('choose-l2')): () => void {
  const attributes = { 'otel.component.type': 'choose_l2_writer', 'otel.component.name': writer.path }
  const lines = { unit: '{log_record}', valueType: ValueType.INT }
  const size = meter.createObservableUpDownCounter('otel.sdk.processor.log.queue.size', {
    ...lines,
    description: 'Lines that wait to be written',
  })
  const capacity = meter.createObservableUpDownCounter('otel.sdk.processor.log.queue.capacity', {
    ...lines,
    description: 'Lines that may wait',
  })
  const processed = meter.createObservableCounter('otel.sdk.processor.log.processed', {
    ...lines,
    description: 'Lines that were written, or dropped (error.type = queue_full)',
  })
  const synced = meter.createObservableCounter('choose_l2.writer.synced', {
    ...lines,
    description: 'Lines that the disk has confirmed',
  })
  const io = meter.createObservableCounter('choose_l2.writer.io', {
    unit: 'By',
    valueType: ValueType.INT,
    description: 'Bytes that the kernel has taken',
  })
  const flushes = meter.createObservableCounter('choose_l2.writer.flushes', {
    unit: '{write}',
    valueType: ValueType.INT,
    description: 'Writes that reached the kernel',
  })
  const errors = meter.createObservableCounter('choose_l2.writer.errors', {
    unit: '{error}',
    valueType: ValueType.INT,
    description: 'Writes and syncs that failed; each is retried',
  })
  const blocked = meter.createObservableCounter('choose_l2.writer.blocked.time', {
    unit: 's',
    description: 'Time that senders have waited for room in the queue',
  })
  const observe: BatchObservableCallback = (result) => {
    const now = writer.metrics.getSnapshot()
    result.observe(size, now.pending, attributes)
    result.observe(capacity, writer.metrics.capacity, attributes)
    result.observe(processed, now.written, attributes)
    result.observe(processed, now.dropped, { ...attributes, 'error.type': 'queue_full' })
    result.observe(synced, now.synced, attributes)
    result.observe(io, now.bytesWritten, attributes)
    result.observe(flushes, writer.flushCount, attributes)
    result.observe(errors, now.errors, attributes)
    result.observe(blocked, now.blockedMs / MS_PER_SECOND, attributes)
  }
  const instruments = [size, capacity, processed, synced, io, flushes, errors, blocked]
  meter.addBatchObservableCallback(observe, instruments)
  return () => meter.removeBatchObservableCallback(observe, instruments)
}
