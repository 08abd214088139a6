// choose-l2/opentelemetry: what a reader of metrics gets from a writer.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { createWriter } from 'choose-l2'
import { observeWriter } from 'choose-l2/opentelemetry'
import { tempFolder } from '../helpers/temp-folder.js'

/** A meter, and a function that collects: the values by instrument, each with its error.type. */
function setUp(t) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  t.after(() => provider.shutdown())
  const collect = async () => {
    exporter.reset()
    await reader.forceFlush()
    const collected = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    return Object.fromEntries(
      collected.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [
          [descriptor.name, attributes['error.type']].filter(Boolean).join(' '),
          { value, unit: descriptor.unit, of: attributes['otel.component.name'] },
        ]),
      ),
    )
  }
  return { meter: provider.getMeter('test'), collect }
}

describe('an observed writer', () => {
  it('reports its queue, its lines and its bytes', async (t) => {
    const { meter, collect } = setUp(t)
    const writer = createWriter(join(tempFolder(t), 'app.log'), {
      mode: 'manual',
      policy: 'drop_newest',
      queueSize: 10,
    })
    observeWriter(writer, meter)
    for (let n = 0; n < 15; n++) writer.send('a line')
    const full = await collect()
    assert.deepEqual(full['otel.sdk.processor.log.queue.size'], {
      value: 10,
      unit: '{log_record}',
      of: writer.path,
    })
    assert.equal(full['otel.sdk.processor.log.queue.capacity'].value, 10)
    assert.equal(full['otel.sdk.processor.log.processed'].value, 0)
    assert.equal(full['otel.sdk.processor.log.processed queue_full'].value, 5)
    await writer.stop()
    const stopped = await collect()
    assert.equal(stopped['otel.sdk.processor.log.queue.size'].value, 0)
    assert.equal(stopped['otel.sdk.processor.log.processed'].value, 10)
    assert.deepEqual(stopped['choose_l2.writer.io'], { value: 70, unit: 'By', of: writer.path })
    assert.equal(stopped['choose_l2.writer.errors'].value, 0)
    assert.ok(stopped['choose_l2.writer.flushes'].value >= 1)
  })

  it('is no longer reported after the returned function was called', async (t) => {
    const { meter, collect } = setUp(t)
    const writer = createWriter(join(tempFolder(t), 'app.log'))
    observeWriter(writer, meter)()
    assert.deepEqual(await collect(), {})
    await writer.stop()
  })
})
