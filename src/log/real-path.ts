// The file that the path of a log leads to, with all links followed. At any moment it may not be there: another process
// rotates it.

import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { systemErrorCode } from '../errors.js'

/** As many links as the kernel follows in one path (path_resolution(7)). */
const MOST_LINKS = 40

/** Absolute, and no link. Throws where the folder does not exist, or may not be looked at (Node's permission model). */
export function realFileOf(log: string): string {
  let path = log
  for (let links = 0; links < MOST_LINKS; links++) {
    const target = linkTarget(path)
    if (target === null) break
    path = resolve(dirname(path), target)
  }
  return join(realpathSync(dirname(path)), basename(path))
}

/** Null for what is no link, or is not there. */
function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'EINVAL' || code === 'ENOENT') return null
    throw error
  }
}
