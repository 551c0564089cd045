import t from 'tap'
import {
  AcquireTimeoutError,
  ConnectError,
  POOL_ERROR_CODES,
  PoolClosedError,
  QueueFullError
} from '../../../src/pool/errors.ts'

t.test('each error of the pool has a status, a listed code and a message that names the origin', async (t) => {
  const cause = new Error('connect ECONNREFUSED')
  const errors = [
    [
      new AcquireTimeoutError('Example', 500),
      503,
      'POOL_TIMEOUT',
      'No connection to Example became free within 500 ms'
    ],
    [
      new QueueFullError('Example', 7),
      503,
      'POOL_QUEUE_FULL',
      '7 requests are waiting for a connection to Example already'
    ],
    [new PoolClosedError(), 503, 'POOL_CLOSED', 'The service is shutting down'],
    [new ConnectError('Example', cause), 502, 'UPSTREAM_UNREACHABLE', 'Example cannot be reached']
  ] as const
  for (const [error, statusCode, code, message] of errors) {
    t.match(error, { statusCode, code, message, name: error.constructor.name })
  }
  t.equal(errors[3][0].cause, cause)
  t.strictSame(errors.map(([{ code }]) => code).sort(), [...POOL_ERROR_CODES].sort())
})
