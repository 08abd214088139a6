// Runs scripts/check-layers.js on small source trees in temporary folders.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../scripts/check-layers.js', import.meta.url))

/** Runs the script on a tree of `files` (path: content). */
function check(files) {
  const root = mkdtempSync(join(tmpdir(), 'check-layers-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' })
    return { status, stdout, messages: stderr.trim().split('\n').filter(Boolean) }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function assertFails(files, ...messages) {
  const result = check(files)
  assert.deepEqual(result.messages, messages)
  assert.equal(result.status, 1)
}

function assertPasses(files) {
  const result = check(files)
  assert.deepEqual(result.messages, [])
  assert.equal(result.status, 0)
}

/** A file that imports `specifiers` for their values. */
function importing(...specifiers) {
  return specifiers.map((specifier, i) => `import { v${i} } from '${specifier}'\n`).join('')
}

describe('a tree that keeps to the layers passes', () => {
  test('with every allowed direction in it', () => {
    assertPasses({
      'package.json': '{}',
      'src/errors.ts': 'export class E extends Error {}\n',
      'src/constants.ts': 'export const C = 1\n',
      'src/metrics.ts': importing('./constants.js'),
      'src/queue/ring.ts': importing('../errors.js', '../metrics.js', 'node:util'),
      'src/native/libc.ts': importing('koffi', 'node:os', 'node:fs', '../errors.js', '../constants.js'),
      'src/log/file.ts': importing('node:fs', '../native/libc.js', '../errors.js'),
      'src/drain/loop.ts': importing('../queue/ring.js', '../log/file.js', '../native/libc.js', 'node:fs'),
      'src/writer/line.ts': importing('../drain/loop.js', '../queue/ring.js', '../log/file.js'),
      'src/create-writer.ts': importing('./writer/line.js'),
      'src/index.ts': "export * from './create-writer.js'\nexport * from './errors.js'\n",
      'src/adapters/pino.ts': importing('../index.js', 'node:stream'),
      'src/cli/main.ts': importing('../index.js', 'log-update', '../../package.json', 'node:fs'),
      'src/cli/archives.ts': importing('../log/rotation/archive-names.js'),
      'src/log/rotation/archive-names.ts': importing('../../errors.js'),
    })
  })

  test('with forbidden imports in its comments', () => {
    assertPasses({
      'src/drain/loop.ts': '',
      'src/queue/ring.ts': `
/**
 * @example
 * import { loop } from '../drain/loop.js'
 */
// import { loop } from '../drain/loop.js'
export const one = 1 // see import('../drain/loop.js')
`,
    })
  })
})

describe('an import in a forbidden direction fails', () => {
  const cases = [
    ['queue', 'drain', 'the queue knows no thread'],
    ['queue', 'log', 'the queue knows no log'],
    ['queue', 'memory', 'the queue does not know where its memory lies'],
    ['queue', 'native', 'the queue is handed its memory'],
    ['queue', 'writer', 'the writer is what users hold, nothing below knows it'],
    ['queue', 'cli', 'the package does not know its command'],
    ['log', 'queue', 'the log is handed bytes and knows no queue'],
    ['log', 'drain', 'the log does not know the thread it runs on'],
    ['log', 'writer', 'the writer is what users hold, nothing below knows it'],
    ['native', 'queue', 'native knows only koffi, errors, constants, the runtime and the stack'],
    ['native', 'log', 'native knows only koffi, errors, constants, the runtime and the stack'],
    ['native', 'drain', 'native knows only koffi, errors, constants, the runtime and the stack'],
    ['drain', 'writer', 'the writer is what users hold, nothing below knows it'],
    ['drain', 'cli', 'the package does not know its command'],
    ['drain', 'adapters', 'the package does not know its adapters'],
    ['drain', 'send', 'the sending side knows the draining side, not the reverse'],
    ['recovery', 'drain', 'it runs on any thread and needs none'],
    ['memory', 'recovery', 'recovery reads the memory, not the reverse'],
    ['process', 'drain', 'the process is told who drains'],
    ['send', 'q', 'Q is what users hold, only the writer is built on it'],
    ['q', 'writer', 'the writer is what users hold, nothing below knows it'],
    ['writer', 'cli', 'the package does not know its command'],
    ['writer', 'adapters', 'the package does not know its adapters'],
    ['cli', 'writer', 'the command uses the public index and the rules of archives only'],
    ['cli', 'log', 'the command uses the public index and the rules of archives only'],
    ['cli', 'queue', 'the command uses the public index and the rules of archives only'],
    ['adapters', 'drain', 'adapters use the public index, and their host'],
    ['adapters', 'native', 'adapters use the public index, and their host'],
  ]
  for (const [from, to, reason] of cases) {
    test(`${from} -> ${to}`, () => {
      assertFails(
        { [`src/${from}/x.ts`]: importing(`../${to}/y.js`), [`src/${to}/y.ts`]: '' },
        `src/${from}/x.ts imports src/${to}/y.ts: ${reason}`,
      )
    })
  }

  test('native -> a file of the base other than errors and constants', () => {
    assertFails(
      { 'src/native/libc.ts': importing('../metrics.js'), 'src/metrics.ts': '' },
      'src/native/libc.ts imports src/metrics.ts: native knows only koffi, errors, constants, the runtime and the stack',
    )
  })

  test('cli -> a file of the base other than the index', () => {
    assertFails(
      { 'src/cli/main.ts': importing('../errors.js'), 'src/errors.ts': '' },
      'src/cli/main.ts imports src/errors.ts: the command uses the public index and the rules of archives only',
    )
  })

  test('cli -> a package', () => {
    assertFails(
      { 'src/cli/main.ts': importing('chalk'), 'src/adapters/pino.ts': importing('pino') }, // its host
      'src/cli/main.ts imports chalk: the command uses the public index and the rules of archives only',
    )
  })

  test('a file below the writer -> create-writer, which counts as writer', () => {
    assertFails(
      { 'src/drain/host.ts': importing('../create-writer.js'), 'src/create-writer.ts': '' },
      'src/drain/host.ts imports src/create-writer.ts: the writer is what users hold, nothing below knows it',
    )
  })

  for (const from of ['queue', 'log', 'drain', 'writer']) {
    test(`${from} -> the index`, () => {
      assertFails(
        { [`src/${from}/x.ts`]: importing('../index.js'), 'src/index.ts': '' },
        `src/${from}/x.ts imports src/index.ts: only the command and the adapters use the index`,
      )
    })
  }
})

describe('I/O in the queue fails', () => {
  for (const name of ['node:fs', 'node:fs/promises', 'node:child_process', 'node:worker_threads']) {
    test(name, () => {
      assertFails(
        { 'src/queue/ring.ts': importing(name) },
        `src/queue/ring.ts imports ${name}: the queue does no I/O`,
      )
    })
  }

  test('also without the prefix', () => {
    assertFails(
      { 'src/queue/ring.ts': importing('fs') },
      'src/queue/ring.ts imports node:fs: the queue does no I/O',
    )
  })
})

describe('koffi outside of native fails', () => {
  for (const from of ['queue', 'log', 'drain', 'writer']) {
    test(`imported by ${from}`, () => {
      assertFails(
        { [`src/${from}/x.ts`]: importing('koffi') },
        `src/${from}/x.ts imports koffi: only native touches koffi`,
      )
    })
  }
})

describe('every way to import is seen', () => {
  const ways = {
    'for a type': "import type { Loop } from '../drain/loop.js'\n",
    'over several lines': "import {\n  one,\n  type Two,\n} from '../drain/loop.js'\n",
    'of everything': "import * as loop from '../drain/loop.js'\n",
    'of the default and more': "import loop, { one } from '../drain/loop.js'\n",
    'for its effect': "import '../drain/loop.js'\n",
    're-exported': "export { loop } from '../drain/loop.js'\n",
    're-exported whole': "export * from '../drain/loop.js'\n",
    'when it is needed': "const loop = await import('../drain/loop.js')\n",
    'as the type of an expression': "let loop: typeof import('../drain/loop.js')\n",
    'through require': "const loop = require('../drain/loop.js')\n",
    'through a require of its own': "const loop = createRequire(import.meta.url)('../drain/loop.js')\n",
    'by its address': "const worker = new Worker(new URL('../drain/loop.js', import.meta.url))\n",
  }
  for (const [way, text] of Object.entries(ways)) {
    test(way, () => {
      assertFails(
        { 'src/queue/ring.ts': text, 'src/drain/loop.ts': '' },
        'src/queue/ring.ts imports src/drain/loop.ts: the queue knows no thread',
      )
    })
  }
})

describe('a cycle fails', () => {
  test('of three files, reported once', () => {
    assertFails(
      {
        'src/queue/a.ts': importing('./b.js'),
        'src/queue/b.ts': importing('./c.js'),
        'src/queue/c.ts': importing('./a.js'),
      },
      'src/queue/a.ts -> src/queue/b.ts -> src/queue/c.ts -> src/queue/a.ts: an import cycle',
    )
  })

  test('of a file with itself', () => {
    assertFails(
      { 'src/queue/a.ts': importing('./a.js') },
      'src/queue/a.ts -> src/queue/a.ts: an import cycle',
    )
  })

  test('but not if one of its imports is for types only', () => {
    assertPasses({
      'src/queue/a.ts': importing('./b.js'),
      'src/queue/b.ts': "import type { A } from './a.js'\n",
    })
  })
})

describe('the tree itself is checked', () => {
  test('a file of 320 lines fails', () => {
    assertFails(
      { 'src/queue/ring.ts': '//\n'.repeat(320) },
      'src/queue/ring.ts has 320 lines: split it, 300 are enough',
    )
  })

  test('a file of 301 lines is mentioned and passes', () => {
    const { status, messages } = check({ 'src/queue/ring.ts': '//\n'.repeat(301) })
    assert.deepEqual(messages, ['src/queue/ring.ts has 301 lines, and 320 are an error'])
    assert.equal(status, 0)
  })

  test('a file of 300 lines passes in silence', () => {
    assertPasses({ 'src/queue/ring.ts': '//\n'.repeat(300) })
  })

  test('a folder that is no layer fails', () => {
    assertFails(
      { 'src/helpers/x.ts': '' },
      'src/helpers/x.ts is in no layer that scripts/check-layers.js knows',
    )
  })

  test('an import of a file that does not exist fails', () => {
    assertFails(
      { 'src/queue/ring.ts': importing('./gone.js') },
      'src/queue/ring.ts imports src/queue/gone.ts: there is no such file',
    )
  })

  test('an import of a file outside of src fails', () => {
    assertFails(
      { 'src/queue/ring.ts': importing('../../test/double.js') },
      'src/queue/ring.ts imports test/double.ts: it is not shipped',
    )
  })
})
