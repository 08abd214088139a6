// The command line: help, version, and what it says to mistakes before any file is touched.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { COMMANDS } from '../../build/cli/commands.js'
import { run } from './command.js'
import { tempFolder } from '../helpers/temp-folder.js'

const folder = tempFolder()
const log = join(folder, 'new/app.log')

const MISTAKES = [
  [
    ['wirte', log],
    /^choose-l2: Expected a command, got 'wirte'\. Did you mean write\? See choose-l2 --help\n$/,
  ],
  [['write'], /Expected the path of a log, got nothing\. See choose-l2 write --help/],
  [['write', log, 'b.log'], /Expected one path, got also 'b\.log'/],
  [['write', '--typ', 'line', log], /Expected a known flag, got '--typ'\. Did you mean --type\?/],
  [['write', '-x', log], /Expected a known flag, got '-x'/],
  [['write', '--type', 'lines', log], /Expected --type to be line, block or mmap, got 'lines'/],
  [['write', '--mode', 'auto', log], /Expected --mode to be trigger, loop or manual, got 'auto'/],
  [['write', '--policy', 'drop', log], /Expected --policy to be block, .*warn, got 'drop'/],
  [['write', '--queue-size', '-1', log], /Expected --queue-size to be a whole number, got '-1'/],
  [['write', '--queue-bytes', '4X', log], /Expected --queue-bytes to be a size .*got '4X'/],
  [['write', '--queue-bytes', '2G', log], /Expected --queue-bytes to be an integer from 1 to \d+, got \d+/],
  [['write', '--batch-size', '0', log], /Expected --batch-size to be an integer >= 1, got 0/],
  [['write', '--flush-interval', 'soon', log], /Expected --flush-interval to be a time, .*got 'soon'/],
  [
    ['write', '--exit-timeout', 'x', log],
    /Expected --exit-timeout to be a time, like 5s, or 'never', got 'x'/,
  ],
  [
    ['write', '--file-mode', '999', log],
    /Expected --file-mode to be permissions in octal, like 640, got '999'/,
  ],
  [['write', '--quiet=yes', log], /Expected no value for --quiet, got 'yes'/],
  [['write', log, '--type'], /Expected a value after --type \(line\|block\|mmap\), got nothing/],
  [['write', '--type', '--json', log], /Expected a value after --type .*, got the flag --json/],
]

describe('a mistake on the command line is told in one line, with exit code 2 and no file', () => {
  for (const [args, message] of MISTAKES) {
    it(args.filter((arg) => arg !== log).join(' '), async () => {
      const { code, stdout, stderr } = await run(args)
      assert.match(stderr, message)
      assert.equal(stderr.split('\n').length, 2)
      assert.equal(stdout, '')
      assert.equal(code, 2)
      assert.equal(existsSync(join(folder, 'new')), false)
    })
  }
})

it('the help of the command names every subcommand, that of write every option of the library', async () => {
  const main = await run(['--help'])
  assert.match(main.stdout, /write +writes standard input/)
  const page = await run(['write', '--help'])
  assert.deepEqual([main.code, page.code, main.stderr, page.stderr], [0, 0, '', ''])
  const flags = ['type', 'mode', 'policy', 'queue-size', 'queue-bytes', 'batch-size', 'flush-interval']
  flags.push('file-mode', 'no-mkdir', 'truncate', 'no-thread', 'exit-timeout', 'drop-marker', 'sync-interval')
  flags.push(
    'crash-safe',
    'no-crash-safe',
    'queue-dir',
    'rotate',
    'rotate-on-start',
    'at',
    'utc',
    'keep',
    'max-age',
  )
  flags.push('max-total', 'min-free', 'delete-when-full', 'compress', 'keep-extension', 'symlink', 'header')
  flags.push('no-reopen', 'lock')
  for (const flag of flags) assert.ok(page.stdout.includes(` --${flag} `), `--${flag} is missing`)
  assert.equal((await run(['help', 'write'])).stdout, page.stdout)
})

describe('a page of the help fits 80 columns', () => {
  const commands = COMMANDS.map(({ name }) => name)
  const env = { ...process.env, FORCE_COLOR: '1' }
  for (const args of [['--help'], ['help'], [], ...commands.map((name) => [name, '--help'])]) {
    it(`choose-l2 ${args.join(' ')}`, async () => {
      const { stdout, stderr } = await run(args, '', { env })
      const page = stripVTControlCharacters(stdout + stderr)
      assert.match(page, /Usage/)
      for (const line of page.split('\n')) assert.ok(line.length <= 80, `${line.length} columns: ${line}`)
    })
  }
})

it('without arguments the help goes to standard error, as nothing was asked for', async () => {
  const { code, stdout, stderr } = await run([])
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /Usage/)
})

it('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  assert.equal((await run(['--version'])).stdout, `${version}\n`)
})
