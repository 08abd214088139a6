// Where a measurement was made: a number without it cannot be compared with anything.

import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The machine, as plain data; `folder` is where the measured files lie. */
export function environment(folder) {
  return {
    date: new Date().toISOString(),
    node: process.version,
    v8: process.versions.v8,
    commit: commit(),
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
export function describeEnvironment(machine) {
  const { node, commit, platform, kernel, cpu, cores, memoryGB, fileSystem, loadAverage } = machine
  return (
    `Node ${node}, commit ${commit}, ${platform.split(' ')[0]} ${kernel}, ${cores} x ${cpu}, ${memoryGB} GB\n` +
    `file system ${fileSystem}, load average before the run ${loadAverage.toFixed(2)}`
  )
}

/** How busy the machine was in the last minute. */
export const loadAverage = () => loadavg()[0]

function fileSystemOf(folder) {
  return ask('df', ['--output=fstype', folder]).split('\n')[1] ?? 'unknown'
}

/** With a + where the files differ from it. */
function commit() {
  const id = ask('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD']).trim()
  const changes = ask('git', ['-C', ROOT, 'status', '--porcelain', '--untracked-files=no']).trim()
  return id === '' ? 'unknown' : id + (changes === '' ? '' : '+')
}

function ask(program, args) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return ''
  }
}
