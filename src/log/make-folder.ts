// Creates missing folders, one level at a time.

import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../errors.js'

/**
 * Creates a folder and those above it. Not `mkdirSync(..., { recursive: true })`: where the kernel refuses with
 * ENOENT under a folder that exists, as in /proc, Node 20 retries forever. It never asks whether a folder exists: the
 * permission model may allow writing into a folder and not looking at it.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    makeLast(path)
  }
}

/** The folder above exists now: any error but EEXIST is final. */
function makeLast(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error // another process was faster
  }
}
