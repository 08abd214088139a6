// What a writer gives to its threads, as plain data: the job for whoever drains, the handle for whoever sends.

import type { ResolvedOptions } from '../options.js'
import type { OpenLog } from '../sinks/open-log.js'
import type { DrainJob } from '../thread/drain-job.js'
import type { Control } from '../thread/protocol.js'
import type { WriterHandle } from './handle.js'
import type { WriterQueue } from './writer-queue.js'

/** The drain job of a writer. */
export function drainJobOf(
  log: OpenLog,
  queue: WriterQueue,
  control: Control,
  options: ResolvedOptions,
): DrainJob {
  const { geometry, handle } = queue.memory
  return {
    memory: handle,
    bell: queue.doorbell.handle,
    control: control.handle,
    fd: log.fd,
    pacing: {
      writerType: options.writerType,
      mode: options.mode,
      batchLines: options.batchSize,
      flushIntervalMs: options.flushInterval,
      syncIntervalMs: options.syncInterval,
      lineLimit: geometry.lineLimit,
      byteLimit: geometry.byteLimit,
    },
  }
}

/** The handle of a writer. */
export function handleOf(
  log: OpenLog,
  queue: WriterQueue,
  job: DrainJob,
  options: ResolvedOptions,
): WriterHandle {
  return {
    memory: job.memory,
    bell: job.bell,
    control: job.control,
    policy: options.policy,
    batchSize: options.batchSize,
    path: log.path,
    notCrashSafeBecause: queue.notCrashSafeBecause,
  }
}
