// Runs tests on the CommonJS form of the package: `npm run test:commonjs -- queue` does what `npm test -- queue` does, but
// 'choose-l2' is dist/index.cjs there. (Programs that the tests start load the ES module.)

import { register } from 'node:module'
import { pathToFileURL } from 'node:url'

if (process.argv[1] === import.meta.filename) {
  process.env.NODE_OPTIONS = `--import ${pathToFileURL(import.meta.filename).href}`
  await import('./test.js')
} else {
  const url = new URL('../dist/index.cjs', import.meta.url).href
  const found = JSON.stringify({ url, format: 'commonjs', shortCircuit: true })
  const hooks = `export const resolve = (name, context, next) => name === 'choose-l2' ? ${found} : next(name, context)`
  register(`data:text/javascript,${encodeURIComponent(hooks)}`)
}
