// What is reserved in a rotating file and not written: it counts for that file only.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { LogDescriptor } from '../../../build/log/log-descriptor.js'
import { HeaderCell } from '../../../build/log/rotation/header-cell.js'
import { resolveRotate } from '../../../build/log/rotation/rotate-options.js'
import { RotatingFile } from '../../../build/log/rotation/rotating-file.js'
import { closeSideFile, openSideFile } from '../../../build/log/rotation/side-file.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const LIMIT = 2000

it('the room that is offered fits this file, or the next one, but is not added up', (t) => {
  const { file, descriptor, write } = open(t)
  file.makeRoom(LIMIT, 20) // the producer drops those lines before they are claimed
  file.makeRoom(19, 1)
  write(19)
  assert.equal(file.room, LIMIT - 19)
  file.makeRoom(file.room, 19)
  write(LIMIT - 19)
  assert.equal(file.room, LIMIT, 'of the next file')
  file.makeRoom(LIMIT, 20)
  assert.equal(fs.fstatSync(descriptor.fd).size, 0, 'it is the next one')
  assert.equal(file.room, LIMIT, 'reserved in it')
})

function open(t) {
  const path = join(tempFolder(t), 'app.log')
  fs.writeFileSync(path, '')
  const side = openSideFile(path, 0o644)
  const { header: _header, ...rotate } = resolveRotate({ size: LIMIT })
  const descriptor = LogDescriptor.of()
  const options = {
    path,
    isMapped: false,
    fileMode: 0o644,
    isExclusive: false,
    syncsFolder: false,
    side,
    rotate,
    header: new HeaderCell().handle,
  }
  const owner = { finish: () => {}, adopt: (fresh) => descriptor.replace(fresh, 'closed') }
  const file = new RotatingFile(options, descriptor, owner, { onRotated: () => {}, onTrouble: assert.fail })
  file.reopen()
  const write = (bytes) => file.wrote(fs.writeSync(descriptor.fd, '\n'.repeat(bytes)))
  t.after(() => {
    file.release()
    closeSideFile(side)
    fs.closeSync(descriptor.fd)
  })
  return { file, descriptor, write }
}
