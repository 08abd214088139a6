// Builds the package. `build/` gets src/ as single modules, for the tests of internals; `dist/` is what ships: the
// library as ES module and as CommonJS, its types, and the command. Both are built beside the old ones and swapped at
// the end: nothing stale is left behind, a build that fails keeps the last good one, and a reader of dist/ never sees
// half of it.

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundleTypes } from './build/bundle-types.js'
import { keepLines } from './build/line-map.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, `.build-${process.pid}`)
const bundles = join(root, `.dist-${process.pid}`)

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  keepNames: true, // the names of classes show in console.log and in stack traces
  legalComments: 'none',
  logLevel: 'warning',
  define: { module: 'undefined' }, // xbytes would replace the exports of what it is bundled into
}
/** Packages that are bundled, so their licences ship too: esbuild says which. */
const bundled = new Set()
// Node prints the line of code that an uncaught error comes from: it must not be the whole file.
const SHIPPED = { ...COMMON, sourcemap: true, sourcesContent: false, lineLimit: 160 }

try {
  if (compile()) {
    await embedBackgroundScript()
    await Promise.all([bundleLibrary(), ...adapters().map(bundleAdapter), bundleCommand()])
    shrinkMaps()
    writeLicences()
    swap()
  } else process.exitCode = 1
} finally {
  for (const folder of [modules, bundles]) rmSync(folder, { recursive: true, force: true })
}

/** False, with messages on the terminal, if the types are wrong. */
function compile() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const args = [tsc, '-p', join(root, 'tsconfig.json'), '--outDir', modules, '--noEmitOnError']
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0
}

/** Puts the bundle of background.js into the constant of background-script.js. */
async function embedBackgroundScript() {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: [join(modules, 'background.js')],
    format: 'iife',
    globalName: 'chooseL2',
    define: { ...COMMON.define, 'import.meta.url': '""' }, // it never looks for files of its own
    write: false,
  })
  const file = join(modules, 'background-script.js')
  const empty = readFileSync(file, 'utf8')
  const full = empty.replace(
    `BACKGROUND_SCRIPT = ''`,
    () => `BACKGROUND_SCRIPT = ${JSON.stringify(outputFiles[0].text)}`,
  )
  if (full === empty) throw new Error(`Expected BACKGROUND_SCRIPT = '' in ${file}`)
  writeFileSync(file, full)
}

/** As `build` of esbuild; notes which packages went into the bundle. */
async function bundle(options) {
  const { metafile } = await build({ ...options, metafile: true })
  for (const file of Object.keys(metafile.inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]
    if (name !== undefined) bundled.add(name)
  }
}

async function bundleLibrary() {
  const entryPoints = [join(modules, 'index.js')]
  await Promise.all([
    bundle({ ...SHIPPED, entryPoints, format: 'esm', outfile: join(bundles, 'index.js') }),
    bundle({
      ...SHIPPED,
      entryPoints,
      format: 'cjs',
      outfile: join(bundles, 'index.cjs'),
      define: { ...COMMON.define, 'import.meta.url': '__filename' },
    }),
  ])
  // An ES module may take its types from those of a CommonJS module; the reverse is an error.
  writeFileSync(join(bundles, 'index.d.cts'), bundleTypes(join(modules, 'index.d.ts')))
  writeFileSync(join(bundles, 'index.d.ts'), "export * from './index.cjs';\n")
}

/** The names of the adapters: each file of src/adapters/ is one, and a subpath of the package. */
function adapters() {
  return readdirSync(join(root, 'src/adapters'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
}

/** An adapter as ES module and as CommonJS, with its types. It imports the library beside it, and its host. */
async function bundleAdapter(name) {
  const entryPoints = [join(modules, 'adapters', `${name}.js`)]
  const target = join(bundles, 'adapters', name)
  const common = { ...SHIPPED, entryPoints, packages: 'external' }
  await Promise.all([
    bundle({ ...common, format: 'esm', outfile: `${target}.js`, plugins: [libraryAt('../index.js')] }),
    bundle({
      ...common,
      format: 'cjs',
      outfile: `${target}.cjs`,
      plugins: [libraryAt('../index.cjs')],
      define: { ...COMMON.define, 'import.meta.url': '__filename' },
    }),
  ])
  const library = join(modules, 'index.d.ts')
  for (const [form, path] of [
    ['ts', '../index.js'],
    ['cts', '../index.cjs'],
  ]) {
    const types = bundleTypes(join(modules, 'adapters', `${name}.d.ts`), { [library]: path })
    writeFileSync(`${target}.d.${form}`, types)
  }
}

/** The library is not bundled again: there must be only one in a process. */
function libraryAt(path) {
  return {
    name: 'library',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^(?:\.\.\/)+index\.js$/ }, () => ({ path, external: true }))
    },
  }
}

/** The command; it imports the library beside it. */
async function bundleCommand() {
  await bundle({
    ...SHIPPED,
    entryPoints: [join(modules, 'cli/main.js')],
    format: 'esm',
    outfile: join(bundles, 'cli/main.js'),
    plugins: [libraryAt('../index.js')],
  })
  chmodSync(join(bundles, 'cli/main.js'), 0o755)
}

function shrinkMaps() {
  const bundled = adapters().flatMap((name) => [`adapters/${name}.js`, `adapters/${name}.cjs`])
  for (const name of ['index.js', 'index.cjs', 'cli/main.js', ...bundled]) {
    const file = join(bundles, `${name}.map`)
    writeFileSync(file, keepLines(readFileSync(file, 'utf8')))
  }
}

function writeLicences() {
  const names = [...bundled].sort((a, b) => a.localeCompare(b))
  const texts = names.map((name) => {
    const folder = join(root, 'node_modules', name)
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/iu.test(entry))
    return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
  writeFileSync(join(bundles, 'LICENSES.txt'), texts.join('\n\n'))
}

function swap() {
  for (const [fresh, name] of [
    [modules, 'build'],
    [bundles, 'dist'],
  ]) {
    const old = `${fresh}-old`
    const target = join(root, name)
    if (existsSync(target)) renameSync(target, old)
    renameSync(fresh, target)
    rmSync(old, { recursive: true, force: true })
  }
}
