// The clients of the question http, a process of their own: as many requests as the server answers, for some seconds;
// first some that do not count. Tells when the ones that count begin.

import autocannon from 'autocannon'

const { port, seconds, warmupSeconds, connections } = JSON.parse(process.argv[2])
const url = `http://127.0.0.1:${port}/`

await load(warmupSeconds)
process.send('begin')
const { requests, latency, errors, non2xx } = await load(seconds)
if (errors + non2xx > 0) throw new Error(`${errors} errors, ${non2xx} bad answers`)
const figures = { requestsPerSecond: requests.average, latencyP99: latency.p99 }
process.send({ figures }, () => process.disconnect())

function load(duration) {
  return autocannon({ url, connections, duration })
}
