// Finds and loads koffi, the optional package that calls the C library. Runs on any thread; each loads its own (koffi
// keeps its state per thread). Only libc.ts uses it.

import { realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '../errors.js'
import { process } from '../runtime.js'

/** What libc.ts uses of koffi. */
export interface Koffi {
  load(path: null): { func(prototype: string): unknown }
  view(address: bigint, length: number): ArrayBuffer
  address(memory: ArrayBufferView): bigint
  errno(): number
  config(settings: { sync_stack_size: number; sync_heap_size: number }): unknown
  sizeof(type: string): number
}

/** Not a literal: a bundler that resolves the name tries to bundle a native binary, or fails where koffi is missing. */
const NAME = ['kof', 'fi'].join('')
/** Not imported: webpack takes an imported `createRequire` for its own `require`, which finds nothing at run time. */
const { createRequire } = process.getBuiltinModule('node:module')

/** koffi's least. What we call are system calls, with addresses and numbers: none needs more than a few KB. */
const SMALL_STACK_BYTES: number = 64 * 1024
/** For strings and structures among the arguments: we have none. */
const SMALL_HEAP_BYTES: number = 4 * 1024

/**
 * In a bundle, the bundle's; undefined in one that was made from ES modules into CommonJS. Read when this file is loaded:
 * a time limit of `vm` that strikes at the first read breaks Node.
 */
const OUR_URL: string | undefined = import.meta.url

let isThreadOurs = false
/** Undefined: nobody has looked for it. */
let file: string | null | undefined

/**
 * Call first in a thread or process that runs no code but ours: it loads koffi from this file, another thread's
 * {@link koffiFile}, and searches nothing. koffi (3.3) gives each thread a stack and a heap for its calls, 3 MB of
 * addresses, and never frees them, not even when the thread ends. In our threads it gets 68 KB; the sizes in other threads
 * are not ours to set, as an application's own calls may need more.
 */
export function useKoffiFile(found: string | null): void {
  isThreadOurs = true
  file = found
}

/** The file that {@link loadKoffi} has loaded, or would load; `null` if there is none. */
export function koffiFile(): string | null {
  file ??= find()
  return file
}

/** @throws Error `MODULE_NOT_FOUND` where koffi is not installed, or why it does not load */
export function loadKoffi(): Koffi {
  if (!isThreadOurs) return search()
  const found = file ?? NAME // the name is not found from the root folder, and the error says so
  const koffi = createRequire('/')(found) as Koffi
  try {
    koffi.config({ sync_stack_size: SMALL_STACK_BYTES, sync_heap_size: SMALL_HEAP_BYTES }) // for this thread only
  } catch {
    // a koffi that rejects these sizes works as well with its own
  }
  return koffi
}

function find(): string | null {
  for (const place of PLACES) {
    try {
      return resolveFrom(place).found
    } catch {
      // to find out why is for those who load it
    }
  }
  return null
}

function search(): Koffi {
  let reason: Error | undefined
  for (const place of PLACES) {
    try {
      const { require, found } = resolveFrom(place)
      const koffi = require(found) as Koffi & { default?: unknown }
      file = binaryOf(require, koffi) ?? found
      return koffi
    } catch (error) {
      if (!isAbsence(error)) reason ??= error as Error // Node throws nothing else
    }
  }
  throw reason ?? notFound(`no folder node_modules with ${NAME} is above the application's files`)
}

/** A bundle has koffi neither inside nor always near: it is also looked for from the application's files. */
const PLACES: readonly (() => string | undefined)[] = [ownFile, mainScript, workingFolder]

function resolveFrom(place: () => string | undefined): { require: NodeJS.Require; found: string } {
  const require = createRequire(place() ?? '')
  const found = require.resolve(NAME)
  if (place === workingFolder) checkOwner(found)
  return { require, found }
}

function ownFile(): string | undefined {
  return OUR_URL
}

function mainScript(): string | undefined {
  const [, path] = process.argv
  return path && join(realpathSync(path), NAME) // a command is a link; `node .` names a folder
}

function workingFolder(): string {
  return join(process.cwd(), NAME)
}

/** The working folder may be anybody's, /tmp for example: code that another user has put there must not run here. */
function checkOwner(found: string): void {
  const { uid } = statSync(found)
  if (uid !== 0 && uid !== process.geteuid?.()) throw notFound(`${found} belongs to another user`)
}

function notFound(message: string): Error {
  return Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' })
}

/** There is no such place (deleted, not a file), or it has no koffi. */
function isAbsence(error: unknown): boolean {
  const code = systemErrorCode(error)
  return code === 'MODULE_NOT_FOUND' || code === 'ENOENT' || code === 'ERR_INVALID_ARG_VALUE'
}

/**
 * The native binary itself, if it is known. A thread loads it faster than the package around it, and also where only
 * hooks of the application could find the package's parts (Yarn PnP).
 */
function binaryOf(require: NodeJS.Require, koffi: { default?: unknown }): string | undefined {
  const modules = Object.values(require.cache)
  return modules.find((module) => module?.exports === koffi.default)?.filename
}
