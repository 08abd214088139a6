// Another process shortens the file under the memory-mapped sink: it goes on at the new end, and nobody dies.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { libc, mappedLog, skipWithoutLibc, writeAll } from '../helpers/mapped-log.js'

describe('a file truncated by somebody else', skipWithoutLibc, () => {
  const log = mappedLog()

  for (const [name, length] of [
    ['to nothing goes on at its beginning', 0],
    ['within the last page goes on at its new end', 2 * libc.pageSize + 5],
    ['by an earlier page goes on at its new end', 77],
  ]) {
    it(name, () => {
      const sink = log.open()
      const lines = 'x'.repeat(2 * libc.pageSize + 100)
      sink.write([Buffer.from(lines)])
      fs.ftruncateSync(log.fd, length)
      writeAll(sink, [Buffer.from('after')])
      sink.close()
      assert.equal(log.content(), `${lines.slice(0, length)}after`)
      assert.equal(log.state.position, length + 5)
    })
  }

  it('to its exact content loses nothing', () => {
    const sink = log.open()
    sink.write([Buffer.from('before ')])
    fs.ftruncateSync(log.fd, 7)
    sink.write([Buffer.from('after')])
    sink.close()
    assert.equal(log.content(), 'before after')
  })

  it('in an earlier window goes on there', () => {
    const sink = log.open()
    writeAll(sink, [Buffer.alloc(5 * log.windowBytes, 'x')])
    fs.ftruncateSync(log.fd, 10)
    writeAll(sink, [Buffer.from('after')])
    sink.close()
    assert.equal(log.content(), 'xxxxxxxxxxafter')
  })

  it('between the look at its length and the copy gets all the bytes at its new end', () => {
    let truncated = false
    const meddling = {
      ...libc,
      copyGuarded(address, source) {
        if (!truncated && log.state.position > 0) {
          truncated = true
          fs.ftruncateSync(log.fd, 0)
        }
        return libc.copyGuarded(address, source)
      },
    }
    const sink = log.open({ libc: meddling })
    sink.write([Buffer.from('before')])
    assert.equal(sink.write([Buffer.from('one '), Buffer.from('two')]), 7)
    sink.close()
    assert.equal(log.content(), 'one two')
  })

  it('again and again, while lines come as fast as they can, does not kill the process', async () => {
    const program = fileURLToPath(new URL('../programs/write-until-told.js', import.meta.url))
    // A window so large that it is not left between two truncations.
    const child = spawn(process.execPath, [program, log.path, String(2 ** 26)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
    const exited = once(child, 'exit')
    await once(child.stdout, 'data')
    for (let i = 0; i < 100; i++) {
      fs.truncateSync(log.path, 0)
      await new Promise((resolve) => setTimeout(resolve, 4))
    }
    child.stdin.end('stop')
    assert.deepEqual(await exited, [0, null])
    const end = Number(output.split('\n')[1])
    assert.equal(fs.statSync(log.path).size, end)
    assert.equal(fs.readFileSync(log.path).indexOf(0), -1, 'no NUL anywhere')
  })
})
