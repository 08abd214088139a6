// Deletes the archives that retention has picked (retention.ts), oldest first. A process may be killed between any two:
// the next one lists the folder and picks the rest.

import { dirname } from 'node:path'
import { systemErrorCode } from '../../errors.js'
import { rotationFs, syncFolder, type RotationFs } from './live-file.js'

/** Deletes files and returns how many; those that are gone already do not count. */
export function deleteArchives(
  paths: readonly string[],
  syncsFolder: boolean,
  port: RotationFs = rotationFs,
): number {
  const deleted = paths.filter((path) => unlink(path, port))
  const [first] = deleted
  if (first !== undefined && syncsFolder) syncFolder(dirname(first), port)
  return deleted.length
}

function unlink(path: string, port: RotationFs): boolean {
  try {
    port.unlinkSync(path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false // another holder was faster
    throw error
  }
}
