// Is a program installed?

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export function isInPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
