// What the process has used so far.

import { readFileSync } from 'node:fs'

/** User and system time of all threads, in seconds. */
export function cpuSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/**
 * The most memory the process ever had, in MB. From /proc where there is one: the maxRSS of getrusage(2) begins with
 * that of the parent, as it was when the process was started.
 */
export function peakRssMB() {
  try {
    return Number(/VmHWM:\s*(\d+) kB/u.exec(readFileSync('/proc/self/status', 'latin1'))[1]) / 1024
  } catch {
    return process.resourceUsage().maxRSS / 1024
  }
}
