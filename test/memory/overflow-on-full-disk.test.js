// A line that is larger than the queue and than the disk: the room it could get is released, because the log needs it.

import assert from 'node:assert/strict'
import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { MappedMemory } from '../../build/memory/mapped-memory.js'
import { geometryOf } from '../../build/queue/geometry.js'
import { cannotMount, cannotMountImages, ext4, tmpfs } from '../helpers/disks.js'
import { canMap } from '../helpers/kinds.js'

const MIB = 1024 * 1024
/** What the file system may keep to know of the file's blocks. */
const OWN_BLOCKS = 8

for (const [name, mount, reason] of [
  ['ext4', ext4, cannotMountImages],
  ['tmpfs', (t) => tmpfs(t, 8 * MIB), cannotMount],
]) {
  const skip = reason || (!canMap && 'koffi is not installed')
  test(
    `${name}: a failed allocation leaves the disk as it was, and a smaller line has room`,
    { skip },
    (t) => {
      const { folder } = mount(t)
      const memory = MappedMemory.create(join(folder, '.queue'), geometryOf(1, 10, 4096, false), () => {})
      t.after(() => memory.release(true))
      memory.overflow(MIB)
      const before = statfsSync(folder).bfree
      assert.throws(() => memory.overflow(64 * MIB), { code: 'ENOSPC' })
      assert.ok(statfsSync(folder).bfree >= before - OWN_BLOCKS)
      memory.overflow(2 * MIB).fill(1)
    },
  )
}
