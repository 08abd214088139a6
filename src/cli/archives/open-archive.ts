// Opens an archive in whichever form it is there, and reads it in pieces. An archive may be compressed or deleted at any moment:
// what was plain in the listing may be compressed now, never the reverse. An open file stays readable.

import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { plainName, type Archive } from './archive.js'
import { codeOf } from './log-path.js'
import { through } from './through.js'
import { unzstd } from './zstd-frames.js'

const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
/** Larger pieces are not faster. */
const PIECE_BYTES: number = 256 * 1024

/** The forms of an archive; the plain one costs least to read. */
const FORMS = [
  { form: 'plain', extension: '' },
  { form: 'gz', extension: '.gz' },
  { form: 'zst', extension: '.zst' },
] as const

/** How an archive is stored. */
export type Form = (typeof FORMS)[number]['form']

/** An open file and how to read it. */
export interface OpenFile {
  readonly name: string
  readonly form: Form
  readonly handle: FileHandle
}

/** Opens an archive; null if it was deleted. */
export async function openArchive(folder: string, archive: Archive): Promise<OpenFile | null> {
  const plain = plainName(archive)
  for (const { form, extension } of FORMS) {
    const name = `${plain}${extension}`
    const handle = await openFile(join(folder, name))
    if (handle !== null) return { name, form, handle }
  }
  return null
}

/** Opens a file that is no link; null if there is none. */
export async function openFile(path: string): Promise<FileHandle | null> {
  let handle: FileHandle
  try {
    handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new Error(`expected a file, but ${path} is not one`)
}

/** What the archive holds, decompressed. Does not close it. Throws if it is damaged. */
export async function* contentOf({ form, handle }: OpenFile): AsyncGenerator<Buffer> {
  if (form === 'plain') yield* piecesOf(handle, Infinity)
  else if (form === 'zst') yield* unzstd(piecesOf(handle, Infinity))
  else yield* through(piecesOf(handle, Infinity), createGunzip({ chunkSize: PIECE_BYTES }))
}

/** The first bytes of a file, in pieces. */
export async function* piecesOf(handle: FileHandle, limit: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < limit;) {
    const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, limit - position))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
