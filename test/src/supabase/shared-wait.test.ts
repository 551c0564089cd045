import t from 'tap'
import type { DispatchController, DispatchHandler, PooledDispatchOptions } from '../../../src/pool/dispatch.ts'
import { SharedWait } from '../../../src/supabase/shared-wait.ts'

/** A wait of this caller, what has been dispatched for it, and what its handler has been told. */
function start(caller?: () => string) {
  const turns: { options: PooledDispatchOptions; handler: DispatchHandler; controller: DispatchController }[] = []
  const events: unknown[] = []
  const aborted: unknown[] = []
  const dispatcher = {
    dispatch: (options: PooledDispatchOptions, handler: DispatchHandler) => {
      const controller = { abort: (reason: Error) => aborted.push(reason.message) } as unknown as DispatchController
      turns.push({ options, handler, controller })
      return true
    }
  }
  const wait = new SharedWait(dispatcher, {
    onRequestStart: () => events.push('start'),
    onResponseStart: () => events.push('headers'),
    onResponseData: () => events.push('data'),
    onResponseEnd: () => events.push('end'),
    onResponseError: (_controller, error) => events.push(error.message)
  })
  const request = { method: 'GET' as const, path: '/', caller }
  wait.dispatch(request)
  const isWaiting = () => turns.map(({ options }) => !(options.signal as AbortSignal).aborted)
  const begin = (index: number) => {
    const { handler, controller } = turns[index] as (typeof turns)[number]
    handler.onRequestStart?.(controller, {})
  }
  const fail = (index: number, message: string) => {
    const { handler, controller } = turns[index] as (typeof turns)[number]
    handler.onResponseError?.(controller, new Error(message))
  }
  return { wait, request, turns, events, aborted, isWaiting, begin, fail }
}

t.test('a request waits in one turn of each caller, and is sent in the turn that comes first', async (t) => {
  const { wait, turns, events, isWaiting, begin, fail } = start(() => 'first')
  for (const caller of ['first', 'second', 'second', 'third']) wait.join(() => caller)
  wait.join(undefined)
  t.strictSame(
    turns.map(({ options }) => options.caller?.()),
    ['first', 'second', 'third', '']
  )
  begin(1)
  t.strictSame(isWaiting(), [false, true, false, false])
  fail(0, 'left')
  wait.join(() => 'fourth')
  t.equal(turns.length, 4, 'nobody waits for what has been sent')
  t.strictSame(events, ['start'])
})

t.test('however many callers join a request, it takes few places in the queue', async (t) => {
  const { wait, turns } = start(() => 'first')
  for (let i = 0; i < 100; i++) wait.join(() => `caller ${i}`)
  t.equal(turns.length, 16)
})

t.test('a turn that ends without a connection is the failure of the request only if it is the last', async (t) => {
  const { wait, events, fail } = start()
  wait.join(undefined)
  wait.join(() => 'second')
  fail(0, 'queue full')
  t.strictSame(events, [])
  fail(1, 'too late')
  t.strictSame(events, ['too late'])
})

t.test('of two turns that come at the same time one sends the request', async (t) => {
  const { wait, events, aborted, begin, fail } = start(() => 'first')
  wait.join(() => 'second')
  begin(0)
  begin(1)
  t.strictSame(aborted, ['Another turn has come first'])
  fail(1, 'aborted')
  t.strictSame(events, ['start'])
  fail(0, 'lost')
  t.strictSame(events, ['start', 'lost'])
})

t.test('a wait that is aborted ends all turns', async (t) => {
  const { wait, isWaiting, aborted, begin } = start(() => 'first')
  wait.join(() => 'second')
  wait.abort(new Error('gone'))
  t.strictSame(isWaiting(), [false, false])
  begin(0)
  t.strictSame(aborted, ['gone'])
})

t.test('a turn that has been aborted with a falsy reason does not send the request', async (t) => {
  const { wait, events, begin } = start()
  wait.abort('' as unknown as Error)
  begin(0)
  t.strictSame(events, [])
})

t.test('a request can be sent again', async (t) => {
  const { wait, request, turns, events, begin } = start(() => 'first')
  const steps = ['onResponseStart', 'onResponseData', 'onResponseEnd'] as const
  for (const index of [0, 1]) {
    begin(index)
    const { handler, controller } = turns[index] as (typeof turns)[number]
    handler.onRequestSent?.()
    for (const step of steps) handler[step]?.(controller, {} as never, {})
    if (index === 0) wait.dispatch(request)
  }
  t.strictSame(events, ['start', 'headers', 'data', 'end', 'start', 'headers', 'data', 'end'])
})
