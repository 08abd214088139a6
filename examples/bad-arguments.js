// Only misuse throws: a wrong option, a path that cannot be opened, a send after stop. Every error is a
// ChooseL2Error with a code; where the system said no, its error is the cause.

import { ChooseL2Error, createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()

report(() => createWriter(path, { queueSize: -1 }))
report(() => createWriter(path, { flushinterval: 10 }))
report(() => createWriter('/dev/null/app.log'))

const writer = createWriter(path)
await writer.stop()
report(() => writer.send('too late'))

function report(misuse) {
  try {
    misuse()
  } catch (error) {
    if (!(error instanceof ChooseL2Error)) throw error
    const cause = error.cause === undefined ? '' : ` (cause: ${error.cause.code})`
    console.log(`${error.code}${cause}\n  ${error.message}`)
  }
}
