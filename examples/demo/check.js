// Reads the log of the demo line by line: each line whole, valid JSON, numbered 1, 2, 3, ... without a gap.

import { createReadStream } from 'node:fs'

const TELL_EVERY_LINES = 20_000
const MOST_FAULTS = 5

/** Returns how many lines and bytes the file has, and what is wrong with it. `onRecord` gets what each line says. */
export async function checkLog(path, { onProgress, onRecord = () => {} }) {
  const faults = []
  let lines = 0
  let bytes = 0
  let time = 0
  let rest = ''
  for await (const text of createReadStream(path, { encoding: 'utf8' })) {
    bytes += Buffer.byteLength(text)
    const complete = (rest + text).split('\n')
    rest = complete.pop()
    for (const line of complete) {
      lines++
      const fault = faultOf(line)
      if (fault !== null && faults.length < MOST_FAULTS) faults.push(`line ${lines}: ${fault}`)
      if (lines % TELL_EVERY_LINES === 0) onProgress(lines)
    }
  }
  if (rest !== '') faults.push(`the file ends in the middle of a line: ${rest.slice(0, 40)}`)
  return { lines, bytes, faults }

  function faultOf(line) {
    let record
    try {
      record = JSON.parse(line)
    } catch {
      return `not JSON: ${line.slice(0, 40)}`
    }
    onRecord(record)
    if (record.n !== lines) return `expected number ${lines}, got ${record.n}`
    if (record.time < time) return `its time is before that of the line above`
    time = record.time
    return null
  }
}
