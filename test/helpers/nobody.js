// Another user of the machine, for tests of what one user's files may do to another. Only root can become one.

import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canMap } from './kinds.js'
import { tempFolder } from './temp-folder.js'

/** The user `nobody`, by the numbers that every Linux gives it. */
export const NOBODY = { uid: 65534, gid: 65534 }

const LIBRARY = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

/** False, or the reason for the option `skip`. */
export const cannotBeNobody = reasonAgainst()

function reasonAgainst() {
  if (!canMap) return 'koffi is not installed'
  if (process.getuid() !== 0) return 'only root can become another user'
  const asNobody = spawnSync(process.execPath, ['-e', `require('fs').accessSync('${LIBRARY}', 4)`], NOBODY)
  return asNobody.status !== 0 && 'the user nobody cannot read this package or Node'
}

/** A fresh folder that everybody can reach; `folderOf` makes one in it that belongs to nobody or to root. */
export function sharedFolder(t) {
  const folder = tempFolder(t)
  chmodSync(folder, 0o755)
  return {
    folder,
    folderOf: (owner, name, mode = 0o755) => {
      const path = join(folder, name)
      mkdirSync(path)
      chmodSync(path, mode)
      if (owner === 'nobody') chownSync(path, NOBODY.uid, NOBODY.gid)
      return path
    },
  }
}
