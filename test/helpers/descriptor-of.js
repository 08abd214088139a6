// Finds a file among the descriptors that this process has open, as Linux lists them.

import { readdirSync, readlinkSync } from 'node:fs'

/** The number under which the file of this path is open, NaN if it is not. */
export function descriptorOf(path) {
  const isOfFile = (fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path
    } catch {
      return false // the one that read the folder
    }
  }
  return Number(readdirSync('/proc/self/fd').find(isOfFile))
}
