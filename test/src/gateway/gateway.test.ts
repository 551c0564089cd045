import type { IncomingMessage } from 'node:http'
import t from 'tap'
import { Gateway } from '../../../src/gateway/gateway.ts'
import { ResponseMemory } from '../../../src/http/response-memory.ts'

t.test('a request whose client has disconnected is not sent', async (t) => {
  const gateway = new Gateway({
    project: { url: 'http://127.0.0.1:9', keys: { anon: 'key', service: 'key' } },
    dispatcher: { dispatch: () => t.fail('sent') },
    timeout: 1_000,
    readerTimeout: 1_000,
    maxSlowClients: 1,
    budget: new ResponseMemory({ limit: 0, sendTimeout: 1_000 }),
    coalesce: true,
    observe: () => t.fail('observed') as never
  })
  const reason = new Error('disconnected')
  const relayed = gateway.relay({
    raw: { method: 'GET', url: '/rest/v1/molecules', headers: {} } as IncomingMessage,
    kind: '',
    name: 'molecules',
    token: undefined,
    cancellation: AbortSignal.abort(reason),
    caller: { callerId: '' }
  })
  await t.rejects(relayed, reason)
})
