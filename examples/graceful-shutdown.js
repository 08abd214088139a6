// A service that ends on SIGTERM. Without a handler of yours the writer finishes by itself and the signal has its
// usual effect. With one, the signal is yours: close the server, then the log, then let the process end.

import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()

process.once('SIGTERM', () => {
  console.log('SIGTERM: closing the server, then the log')
  server.closeAllConnections()
  server.close(async () => {
    writer.send('the server is closed')
    console.log(`everything written: ${await writer.stop()}`)
    console.log(readFileSync(path, 'utf8').trimEnd())
  })
})

const writer = createWriter(path)
const server = createServer((request, response) => {
  writer.send(`${request.method} ${request.url}`)
  response.end('ok')
})

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`
  for (const page of ['/one', '/two', '/three']) await (await fetch(url + page)).text()
  process.kill(process.pid, 'SIGTERM') // what `docker stop` and systemd do
})
