// Who is asked how long it takes to start: a module, how to load it, and (in programs/startup.cjs) how to open a log.

import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SHIPPED = ['dist', 'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']

const ours = (form, file) => ({
  name: `choose-l2 ${form}`,
  kind: 'ours',
  startup: { form, file: `${ROOT}dist/${file}`, opens: 'choose-l2', folder: ROOT, shipped: SHIPPED },
})

const peer = (name, form, opens) => ({
  name: `${name} ${form}`,
  kind: 'peer',
  peer: name,
  get startup() {
    const { resolve } = createRequire(import.meta.url)
    const file = resolve(name)
    const folder = resolve(`${name}/package.json`).replace(/package\.json$/u, '')
    return { form, file, opens, folder, shipped: ['.'] }
  },
})

export const startups = [
  ours('import', 'index.js'),
  ours('require', 'index.cjs'),
  peer('pino', 'import', 'pino'),
  peer('pino', 'require', 'pino'),
  peer('sonic-boom-5', 'import', 'sonic-boom'),
  peer('sonic-boom-5', 'require', 'sonic-boom'),
]
