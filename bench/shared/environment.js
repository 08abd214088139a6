// Where a measurement was made: a number without it cannot be compared with anything.

import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** The machine, as plain data; `folder` is where the measured files lie. */
export function environment(folder) {
  return {
    date: new Date().toISOString(),
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    kernel: release(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    fileSystem: fileSystemOf(folder),
    loadAverage: loadavg()[0],
  }
}

/** The environment in one or two lines. */
export function describeEnvironment({ node, kernel, cpu, cores, memoryGB, fileSystem, loadAverage }) {
  return (
    `Node ${node}, Linux ${kernel}, ${cores} x ${cpu}, ${memoryGB} GB\n` +
    `file system ${fileSystem}, load average before the run ${loadAverage.toFixed(2)}`
  )
}

function fileSystemOf(folder) {
  try {
    return execFileSync('df', ['--output=fstype', folder], { encoding: 'utf8' }).split('\n')[1]
  } catch {
    return 'unknown'
  }
}
