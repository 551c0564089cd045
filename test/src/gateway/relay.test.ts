import type { Readable } from 'node:stream'
import FakeTimers from '@sinonjs/fake-timers'
import t, { type Test } from 'tap'
import { type Outgoing, Relay } from '../../../src/gateway/relay.ts'
import { SlowClients } from '../../../src/gateway/slow-clients.ts'
import { ResponseMemory } from '../../../src/http/response-memory.ts'
import type { DispatchController, DispatchHandler } from '../../../src/pool/dispatch.ts'

const TIMEOUT_MS = 1_000
const MIB = 1024 * 1024

/** A relay whose request is under way, and what undici would tell it with. */
function start(t: Test) {
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  t.teardown(() => clock.uninstall())
  const ended: unknown[] = []
  const reasons: Error[] = []
  const controller = {
    paused: false,
    pause: () => {
      controller.paused = true
    },
    resume: () => {
      controller.paused = false
    },
    abort: (reason: Error) => reasons.push(reason)
  }
  let handler: DispatchHandler = {}
  const relay = new Relay({
    dispatcher: {
      dispatch: (_options, relay) => {
        handler = relay
        return true
      }
    },
    request: { method: 'GET', path: '/' },
    timeout: TIMEOUT_MS,
    readerTimeout: TIMEOUT_MS,
    slowClients: new SlowClients(1),
    budget: new ResponseMemory({ limit: 100 * MIB, sendTimeout: 1_000 }),
    cancellation: new AbortController().signal,
    observer: {
      headers: {},
      onJoined: () => {},
      onSent: () => {},
      onEnd: (status, reason) => ended.push(status ?? reason)
    }
  } satisfies Outgoing)
  const response = relay.send()
  const told = controller as unknown as DispatchController
  handler.onRequestStart?.(told, {})
  handler.onRequestSent?.()
  return {
    clock,
    controller,
    ended,
    reasons,
    response,
    startResponse: () => handler.onResponseStart?.(told, 200, {}),
    receive: (bytes: number) => handler.onResponseData?.(told, Buffer.alloc(bytes)),
    endResponse: () => handler.onResponseEnd?.(told, {})
  }
}

t.test('while its reader holds a response up, Supabase is not late, and the reader gets the rest', async (t) => {
  const { clock, controller, ended, reasons, response, startResponse, receive, endResponse } = start(t)
  startResponse()
  receive(MIB)
  const body = (await response).body as Readable
  t.ok(controller.paused)
  clock.tick(TIMEOUT_MS + 1)
  t.strictSame(reasons, [])
  t.equal(body.read()?.length, MIB)
  t.notOk(controller.paused)

  receive(1)
  endResponse()
  t.equal(Buffer.concat(await body.toArray()).length, 1)
  t.strictSame(ended, [200])
})

t.test('a reader that takes less than 1 MiB in its time loses the response', async (t) => {
  const { clock, ended, reasons, response, startResponse, receive } = start(t)
  startResponse()
  receive(MIB)
  const body = (await response).body as Readable
  clock.tick(2 * TIMEOUT_MS)
  await t.rejects(body.toArray(), { message: 'The client takes the response too slowly' })
  t.match(reasons, [{ message: 'The client takes the response too slowly' }])
  t.match(ended, reasons)
})

t.test('Supabase is late when nothing of a response arrives in its time', async (t) => {
  const silent = start(t)
  silent.clock.tick(TIMEOUT_MS)
  await t.rejects(silent.response, { code: 'UPSTREAM_TIMEOUT' })
  t.match(silent.reasons, [{ code: 'UPSTREAM_TIMEOUT' }])
})

t.test('a small response in several parts is one body', async (t) => {
  const { ended, response, startResponse, receive, endResponse } = start(t)
  startResponse()
  receive(1)
  receive(2)
  endResponse()
  t.equal(((await response).body as Buffer).length, 3)
  t.strictSame(ended, [200])
})
