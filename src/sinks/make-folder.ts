// Creates missing folders, one level at a time.

import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../errors.js'

/**
 * Creates a folder and those above it. Not `mkdirSync(..., { recursive: true })`: where the kernel refuses with
 * ENOENT under a folder that exists, as in /proc, Node 20 tries again for ever.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error // another process was faster
  }
}
