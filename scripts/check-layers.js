// Checks the directions of the imports in src/: node scripts/check-layers.js [root of the repository]
//
// Each folder of src/ is a layer; ARCHITECTURE.md says why they look only one way. Type-only imports count
// for the layers, because to name a thing is to know it, but not for cycles, because they vanish at run time.
// It reads import statements with patterns, not with a compiler: enough for formatted code.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Lines of a file: above the first number it is mentioned, from the second on the check fails. */
const LONG_LINES = 300
const TOO_LONG_LINES = 320

/** Node's modules that reach outside of the thread's own memory. */
const IO = /^node:(fs|child_process|worker_threads|cluster|net|tls|dgram|http|https|http2)(\/|$)/

/** Every kind of target that `layerOf` and `resolve` tell apart. */
const FOLDERS = [
  'native',
  'queue',
  'log',
  'memory',
  'recovery',
  'drain',
  'process',
  'send',
  'q',
  'writer',
  'cli',
  'adapters',
]
const KINDS = [
  ...FOLDERS,
  'index',
  'base',
  'vocabulary',
  'shared',
  'manifest',
  'archives',
  'node',
  'io',
  'koffi',
  'terminal',
  'package',
]
/** What draws on a terminal: only the command is bundled with it. */
const TERMINAL = 'log-update'
/** Of log/rotation/: which names are archives, what their periods are, and what retention decides. The command asks the same. */
const ARCHIVE_RULES = [
  'archive-names',
  'calendar',
  'keep-archives',
  'kept-rules',
  'retention',
  'rotate-options',
  'rotation-rules',
]

const INSIDE = {
  index: 'only the command and the adapters use the index',
  cli: 'the package does not know its command',
  adapters: 'the package does not know its adapters',
  koffi: 'only native touches koffi',
}
const BELOW_WRITER = { ...INSIDE, writer: 'the writer is what users hold, nothing below knows it' }
const BELOW_Q = { ...BELOW_WRITER, q: 'Q is what users hold, only the writer is built on it' }
const BELOW_SEND = {
  ...BELOW_Q,
  send: 'the sending side knows the draining side, not the reverse',
  process: 'only those who send and end know the process',
}
const BELOW_DRAIN = { ...BELOW_SEND, drain: 'it runs on any thread and needs none' }

const LOG = {
  ...BELOW_SEND,
  queue: 'the log is handed bytes and knows no queue',
  drain: 'the log does not know the thread it runs on',
  memory: 'the log is handed bytes and knows no queue',
  recovery: 'the log is handed bytes and knows no recovery',
}

/** For each layer: what its files must not import, and why. */
const FORBIDDEN = {
  vocabulary: BELOW_WRITER,
  base: BELOW_WRITER,
  shared: allBut(['shared', 'node'], 'what the command shares with the package stands alone'),
  queue: {
    ...BELOW_SEND,
    drain: 'the queue knows no thread',
    log: 'the queue knows no log',
    archives: 'the queue knows no log',
    native: 'the queue is handed its memory',
    memory: 'the queue does not know where its memory lies',
    recovery: 'the queue does not know where its memory lies',
    io: 'the queue does no I/O',
  },
  log: LOG,
  archives: LOG,
  native: allBut(
    ['native', 'vocabulary', 'koffi', 'node', 'io'],
    'native knows only koffi, errors, constants, the runtime and the stack',
  ),
  memory: { ...BELOW_DRAIN, recovery: 'recovery reads the memory, not the reverse' },
  recovery: BELOW_DRAIN,
  drain: BELOW_SEND,
  process: { ...BELOW_Q, send: 'the process is told who sends', drain: 'the process is told who drains' },
  send: BELOW_Q,
  q: BELOW_WRITER,
  writer: INSIDE,
  index: INSIDE,
  cli: allBut(
    ['cli', 'index', 'shared', 'archives', 'manifest', 'node', 'io', 'terminal'],
    'the command uses the public index and the rules of archives only',
  ),
  adapters: allBut(
    ['adapters', 'index', 'shared', 'node', 'io', 'package'],
    'adapters use the public index, and their host',
  ),
}

function allBut(allowed, reason) {
  return Object.fromEntries(KINDS.filter((kind) => !allowed.includes(kind)).map((kind) => [kind, reason]))
}

const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..')
const sources = readSources()
const notes = []
const problems = [...sources].flatMap(([file, { text, imports }]) => [
  ...checkLayer(file),
  ...checkLength(file, text),
  ...imports.flatMap((target) => checkImport(file, target)),
])
problems.push(...findCycles())

for (const line of notes) console.warn(line)
for (const line of problems) console.error(line)
if (problems.length === 0) console.log(`The imports of ${sources.size} files look the right way.`)
process.exitCode = problems.length === 0 ? 0 : 1

/** Every source file by its path from the root, with its imports. */
function readSources() {
  const files = readdirSync(join(root, 'src'), { recursive: true })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .sort()
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return [file, { text, imports: importsOf(file, text) }]
    }),
  )
}

function importsOf(file, text) {
  const code = text
    .replace(/^\s*(\/\/|\/\*|\*).*$/gm, '') // comments have examples with imports of their own
    .replace(/\s\/\/\s.*$/gm, '')

  const names = String.raw`(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\}|[\w$]+)`
  const statement = new RegExp(
    String.raw`^(?:import|export)\s+(type\s+)?(?:${names}(?:\s*,\s*${names})?\s*from\s*)?['"]([^'"]+)['"]`,
    'gm',
  )
  // import('x'), require('x'), createRequire(import.meta.url)('x'), new URL('./x', import.meta.url)
  const call =
    /(?:\b(?:import|require|getBuiltinModule)|createRequire\(import\.meta\.url\))\(\s*['"]([^'"]+)['"]/g
  const address = /new URL\(\s*['"](\.[^'"]+)['"],\s*import\.meta\.url\s*,?\s*\)/g

  return [
    ...[...code.matchAll(statement)].map(([, type, to]) => ({ to, inCycles: type === undefined })),
    ...[...code.matchAll(call), ...code.matchAll(address)].map(([, to]) => ({ to, inCycles: false })),
  ].map(({ to, inCycles }) => ({ inCycles, ...resolve(file, to) }))
}

/** The name and the layer of what `file` imports as `specifier`. */
function resolve(file, specifier) {
  if (specifier.startsWith('.')) {
    const name = posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts')
    return { name, layer: layerOf(name) }
  }
  const name = builtinModules.includes(specifier) ? `node:${specifier}` : specifier
  if (name.startsWith('node:')) return { name, layer: IO.test(name) ? 'io' : 'node' }
  const packages = { koffi: 'koffi', [TERMINAL]: 'terminal' }
  return { name, layer: packages[name] ?? 'package' }
}

function layerOf(file) {
  if (file === 'package.json') return 'manifest'
  if (file === 'src/index.ts') return 'index'
  if (file === 'src/create-writer.ts') return 'writer' // it picks the class: the top of that layer
  if (['errors', 'constants', 'runtime', 'stack'].some((name) => file === `src/${name}.ts`))
    return 'vocabulary'
  if (['suggest', 'line-assembler'].some((name) => file === `src/${name}.ts`)) return 'shared'
  if (ARCHIVE_RULES.some((name) => file === `src/log/rotation/${name}.ts`)) return 'archives'
  const [top, folder, inside] = file.split('/')
  if (top !== 'src') return 'outside'
  return inside === undefined ? 'base' : folder
}

function checkLayer(file) {
  return layerOf(file) in FORBIDDEN ? [] : [`${file} is in no layer that scripts/check-layers.js knows`]
}

function checkImport(file, { name, layer }) {
  const reasons = [FORBIDDEN[layerOf(file)]?.[layer]]
  if (layer === 'outside') reasons.push('it is not shipped')
  if (name.startsWith('src/') && !existsSync(join(root, name))) reasons.push('there is no such file')
  return reasons
    .filter((reason) => reason !== undefined)
    .map((reason) => `${file} imports ${name}: ${reason}`)
}

function checkLength(file, text) {
  const lines = text.split('\n').length - 1
  if (lines >= TOO_LONG_LINES) return [`${file} has ${lines} lines: split it, ${LONG_LINES} are enough`]
  if (lines > LONG_LINES) notes.push(`${file} has ${lines} lines, and ${TOO_LONG_LINES} are an error`)
  return []
}

/** One message for each cycle met on a walk through all files, the shortest way to see where to cut. */
function findCycles() {
  const found = []
  const done = new Set()
  const path = []

  function visit(file) {
    if (path.includes(file)) {
      found.push(`${[...path.slice(path.indexOf(file)), file].join(' -> ')}: an import cycle`)
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const { name, inCycles } of sources.get(file)?.imports ?? []) {
      if (inCycles && sources.has(name)) visit(name)
    }
    path.pop()
    done.add(file)
  }

  for (const file of sources.keys()) visit(file)
  return found
}
