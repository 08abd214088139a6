// Makes the side page true of the live file. That completes what a rotator left that was killed: it creates the live file
// if there is none, and gives a new one the mode, owner and header of its kind. Runs under the lock of the side file.

import { dirname } from 'node:path'
import { wallTime } from '../../runtime.js'
import type { HolderParts } from './holder-parts.js'
import { effectiveUser, isSharedFolder, ROOT, WRITABLE_BY_OTHERS } from '../trusted-log.js'
import { accessOf, completeLive, createLive, fileAt, identityOf, rotationFs, statLive } from './live-file.js'

export function settle(parts: HolderParts): void {
  const { path, page, fs = rotationFs } = parts
  let created: number | null = null
  if (fileAt(path, fs) === null) {
    page.isRotating = true // before the file exists: a finder knows that it may be incomplete
    created = createLive(path, modeOfNew(parts), fs)
  }
  try {
    describe(parts, created)
  } finally {
    if (created !== null) fs.closeSync(created)
  }
}

function describe({ path, page, rules, fs = rotationFs }: HolderParts, created: number | null): void {
  let stats = statLive(path, fs)
  const generation = page.generationOf(identityOf(stats))
  if (generation !== null) {
    page.raise(Number(stats.size), generation)
  } else {
    const isNew = page.isRotating || stats.size === 0n
    if (isNew) {
      completeLive(path, created, page.isRotating ? page.access : null, rules.header(), fs)
      stats = statLive(path, fs)
    }
    const size = Number(stats.size)
    const periodStart = isNew ? wallTime() : firstMomentOf(stats)
    page.describe({ ...identityOf(stats), periodStart, emptyBytes: isNew ? size : 0 }, size, isNew ? 0 : null)
  }
  page.keepAccess(accessOf(stats))
  page.isRotating = false
}

/** In the folder of another user, root may turn out to have created it elsewhere: nobody else may write to it yet. */
function modeOfNew({ path, page, rules }: HolderParts): number {
  if (page.access === null) return rules.fileMode
  const isForOthers = effectiveUser() === ROOT && isSharedFolder(dirname(path))
  return isForOthers ? page.access.mode & ~WRITABLE_BY_OTHERS : page.access.mode
}

/** When a file that this package has not created probably got its first line. */
function firstMomentOf({ birthtimeMs, mtimeMs }: { birthtimeMs: bigint; mtimeMs: bigint }): number {
  return Number(birthtimeMs > 0n && birthtimeMs < mtimeMs ? birthtimeMs : mtimeMs)
}
