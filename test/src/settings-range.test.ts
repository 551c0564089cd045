import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { settings } from '../../src/config.ts'
import { noProject } from '../support/service/app.ts'

interface NumberSchema {
  type?: string
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
}

/** What a bound needs beside it. */
const BESIDE: Record<string, Record<string, string>> = { DB_POOL_MIN_SIZE: { DB_POOL_MAX_SIZE: '1000' } }
const SMALLEST_ABOVE_0 = '0.000001'

for (const [name, schema] of Object.entries(settings.properties as Record<string, NumberSchema>)) {
  if (schema.type !== 'number' && schema.type !== 'integer') continue
  for (const value of [String(schema.minimum ?? SMALLEST_ABOVE_0), String(schema.maximum)]) {
    t.test(`the service starts, responds and ends with ${name}=${value}`, async (t) => {
      const app = await buildApp({ environment: { ...noProject, ...BESIDE[name], [name]: value } })
      const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
      const socket = connect(Number(port), '127.0.0.1')
      socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      // A client that may take less than a millisecond is too slow.
      t.match(await text(socket), name === 'CLIENT_TIMEOUT' ? /^(HTTP\/1.1 (200|408) |$)/ : /^HTTP\/1.1 200 /)
      await app.close()
    })
  }
}
