// Asks the service on this machine whether it is well: node scripts/healthcheck.mjs [/health/live]
// Ends with exit code 0 if it is. Plain JavaScript, which starts in half the time, for it runs every few seconds.
import { get } from 'node:http'

const [path = '/health/ready'] = process.argv.slice(2)
const request = get({
  // As a destination, "any address" is this machine.
  host: process.env.HOST || '0.0.0.0',
  port: process.env.PORT || 5000,
  path,
  agent: false,
  // Not every podman ends a check that takes too long.
  signal: AbortSignal.timeout(4_000)
})
request.on('response', (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1
  response.pipe(process.stdout)
})
request.on('error', (error) => {
  process.exitCode = 1
  console.log(error.message)
})
