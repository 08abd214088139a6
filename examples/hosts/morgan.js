// Express with morgan: the request log goes to choose-l2.

import { once } from 'node:events'
import express from 'express'
import morgan from 'morgan'
import { createWriteStream } from 'choose-l2/stream'
import { logPath } from '../log-path.js'

const stream = createWriteStream(logPath())
const app = express()
app.use(morgan(':method :url :status', { stream }))
app.get('/', (request, response) => response.send('hello'))

const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = `http://127.0.0.1:${server.address().port}`
console.log(await (await fetch(`${address}/`)).text())
await fetch(`${address}/missing`)
server.closeAllConnections()
server.close()
