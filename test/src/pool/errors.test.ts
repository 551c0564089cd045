import t from 'tap'
import { AcquireTimeoutError, ConnectError, PoolClosedError, QueueFullError } from '../../../src/pool/errors.ts'

t.test('each error has a status, a code and a sentence for a client', async (t) => {
  const cause = new Error('connect ECONNREFUSED')
  const errors = [
    [new AcquireTimeoutError(500), 503, 'POOL_TIMEOUT', 'No connection to Supabase became free within 500 ms'],
    [new QueueFullError(7), 503, 'POOL_QUEUE_FULL', '7 requests are waiting for a connection to Supabase already'],
    [new PoolClosedError(), 503, 'POOL_CLOSED', 'The service is shutting down'],
    [new ConnectError(cause), 502, 'UPSTREAM_UNREACHABLE', 'Supabase cannot be reached']
  ] as const
  for (const [error, statusCode, code, message] of errors) {
    t.match(error, { statusCode, code, message, name: error.constructor.name })
  }
  t.equal(errors[3][0].cause, cause)
})
