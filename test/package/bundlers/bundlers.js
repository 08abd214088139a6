// The bundlers and runtimes that `run.js` goes through: how each builds the application and, where it is not
// `node <file> <log>`, how what it built is started.

import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is installed beside the package. */
export const TOOLS = [
  'esbuild',
  'rollup',
  '@rollup/plugin-node-resolve',
  'rolldown',
  'webpack',
  'vite',
  'next',
  'react',
  'react-dom',
  'jest',
  'postject',
  '@yarnpkg/cli-dist',
]
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/** `isAlone: false`: what is built needs the node_modules in any case. */
export const bundlers = [
  { name: 'esbuild, ESM', build: (tools) => esbuild(tools, 'esm', 'mjs') },
  { name: 'esbuild, CommonJS', build: (tools) => esbuild(tools, 'cjs', 'cjs') },
  { name: 'rollup', build: rollup },
  { name: 'rolldown', build: rolldown },
  { name: 'webpack', build: webpack },
  { name: 'Vite, SSR', build: vite },
  { name: 'Next.js', build: (tools) => next(tools, {}), start: startNext, isAlone: false },
  {
    name: 'Next.js, serverExternalPackages',
    build: (tools) => next(tools, { serverExternalPackages: ['choose-l2'] }),
    start: startNext,
    isAlone: false,
  },
  { name: 'Yarn PnP', build: yarnPnp, start: startWithPnp, isAlone: false },
  { name: 'single executable (SEA)', build: sea, start: startExecutable },
  { name: 'Jest, CommonJS', build: (tools) => jest(tools, 'cjs'), start: startJest, isAlone: false },
  { name: 'Jest, ESM', build: (tools) => jest(tools, 'mjs'), start: startJest, isAlone: false },
]

function esbuild({ app, run }, format, extension) {
  const file = join(app, `dist-esbuild/main.${extension}`)
  const args = ['--bundle', '--platform=node', `--format=${format}`, `--outfile=${file}`, '--log-level=error']
  run(bin(app, 'esbuild'), ['send.js', ...args], app)
  return file
}

function rollup({ app, run }) {
  const args = [
    'send.js',
    '-p',
    'node-resolve',
    '-f',
    'es',
    '-d',
    'dist-rollup',
    '--entryFileNames',
    'main.mjs',
  ]
  run(bin(app, 'rollup'), args, app)
  return join(app, 'dist-rollup/main.mjs')
}

function rolldown({ app, run }) {
  const file = join(app, 'dist-rolldown/main.mjs')
  run(bin(app, 'rolldown'), ['send.js', '--platform', 'node', '-f', 'esm', '--file', file], app)
  return file
}

function webpack({ app, run }) {
  const output = { path: join(app, 'dist-webpack'), filename: 'main.cjs' }
  const program = `
import webpack from 'webpack'
const options = ${JSON.stringify({ context: app, mode: 'production', target: 'node', entry: './send.js', output })}
webpack(options, (error, stats) => {
  if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString())
})`
  run(process.execPath, ['--input-type=module', '-e', program], app)
  return join(output.path, output.filename)
}

function vite({ app, run }) {
  const build = {
    ssr: 'send.js',
    outDir: 'dist-vite',
    rollupOptions: { output: { entryFileNames: 'main.mjs' } },
  }
  writeFileSync(
    join(app, 'vite.config.js'),
    `export default ${JSON.stringify({ logLevel: 'error', ssr: { noExternal: true }, build })}`,
  )
  run(bin(app, 'vite'), ['build'], app)
  return join(app, 'dist-vite/main.mjs')
}

/** A route that sends the lines; built and started as in production. */
function next({ app, run }, config) {
  const site = join(app, 'site')
  mkdirSync(join(site, 'app/send'), { recursive: true })
  writeFileSync(join(site, 'package.json'), '{ "private": true }')
  writeFileSync(join(site, 'next.config.mjs'), `export default ${JSON.stringify(config)}`)
  writeFileSync(
    join(site, 'app/layout.js'),
    'export default function Layout({ children }) { return <html><body>{children}</body></html> }',
  )
  writeFileSync(join(site, 'app/page.js'), 'export default function Page() { return <p>Hello</p> }')
  writeFileSync(
    join(site, 'app/send/route.js'),
    `import { createWriter } from 'choose-l2'
export const dynamic = 'force-dynamic'
export async function GET() {
  const writer = createWriter(process.env.LOG)
  for (let n = 0; n < 2000; n++) writer.send('line ' + n)
  await writer.flush(Infinity)
  const { hasThread, notCrashSafeBecause } = writer
  for (let n = 2000; n < 4000; n++) writer.send('line ' + n)
  await writer.stop(Infinity)
  return Response.json({ hasThread, notCrashSafeBecause })
}`,
  )
  run(bin(app, 'next'), ['build', site], app, { NEXT_TELEMETRY_DISABLED: '1' })
  return join(site, 'next.config.mjs')
}

/** Starts the server, asks it once, and ends it. */
function startNext({ file, run, log }) {
  const program = `
import { spawn } from 'node:child_process'
const server = spawn(process.execPath, ['../node_modules/next/dist/bin/next', 'start', '-p', '0', '-H', '127.0.0.1'])
let said = ''
for await (const text of server.stdout) {
  said += text
  const url = /http:\\/\\/127\\.0\\.0\\.1:\\d+/.exec(said)?.[0]
  if (url === undefined || !said.includes('Ready')) continue
  process.stdout.write(await (await fetch(url + '/send')).text())
  server.kill()
  break
}`
  const answer = run(process.execPath, ['--input-type=module', '-e', program], join(file, '..'), { LOG: log })
  return { log, answer }
}

/** A project of its own: with Plug'n'Play there is no node_modules. */
function yarnPnp({ app, folder, run, tarball }) {
  const project = join(folder, 'pnp')
  mkdirSync(project)
  const dependencies = { 'choose-l2': `file:${join(folder, tarball)}`, koffi: '*' }
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  )
  writeFileSync(join(project, 'yarn.lock'), '')
  cpSync(join(app, 'send.js'), join(project, 'send.js'))
  const registry = run('npm', ['config', 'get', 'registry'], app).trim()
  run(process.execPath, [yarn(app), 'install'], project, {
    YARN_NODE_LINKER: 'pnp',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_GLOBAL_CACHE: 'false',
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname,
    CI: '',
  })
  return join(project, 'send.js')
}

function startWithPnp({ file, run, log }) {
  const hooks = ['--require', './.pnp.cjs', '--loader', './.pnp.loader.mjs', '--no-warnings']
  return { log, answer: run(process.execPath, [...hooks, file, log], join(file, '..')) }
}

function sea(tools) {
  const { app, run } = tools
  const main = esbuild(tools, 'cjs', 'cjs')
  const folder = join(app, 'dist-sea')
  mkdirSync(folder)
  const [config, blob, file] = ['sea.json', 'sea.blob', 'program'].map((name) => join(folder, name))
  writeFileSync(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true }))
  run(process.execPath, ['--experimental-sea-config', config], app)
  copyFileSync(process.execPath, file)
  run(bin(app, 'postject'), [file, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE], app)
  return file
}

function startExecutable({ file, run, log, cwd }) {
  return { log, answer: run(file, [log], cwd) }
}

function jest({ app }, extension) {
  const folder = join(app, `jest-${extension}`)
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ jest: { testEnvironment: 'node', transform: {} } }),
  )
  const load =
    extension === 'cjs'
      ? "const { createWriter } = require('choose-l2'); const { writeFileSync } = require('node:fs')"
      : "import { createWriter } from 'choose-l2'; import { writeFileSync } from 'node:fs'"
  writeFileSync(
    join(folder, `send.test.${extension}`),
    `${load}
test('sends', async () => {
  const writer = createWriter(process.env.LOG)
  for (let n = 0; n < 2000; n++) writer.send('line ' + n)
  await writer.flush(60_000)
  const { hasThread, notCrashSafeBecause } = writer
  for (let n = 2000; n < 4000; n++) writer.send('line ' + n)
  expect(await writer.stop(60_000)).toBe(true)
  writeFileSync('answer.json', JSON.stringify({ hasThread, notCrashSafeBecause }))
})`,
  )
  return join(folder, 'answer.json')
}

function startJest({ file, run, log }) {
  const folder = join(file, '..')
  const args = [
    '--experimental-vm-modules',
    '../node_modules/jest/bin/jest.js',
    '--testMatch',
    '**/*.test.*js',
  ]
  run(process.execPath, args, folder, { LOG: log, NODE_NO_WARNINGS: '1' })
  return { log, answer: run('cat', [file], folder) }
}

function bin(app, name) {
  return join(app, 'node_modules/.bin', name)
}

function yarn(app) {
  return join(app, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js')
}
