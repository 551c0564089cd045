import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import { ServiceError } from '../src/http/service-errors.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Sends what `read` returns now and every second, as server-sent events, until the client leaves or the service ends. */
    sendEvents(read: () => object): FastifyReply
  }
}

const INTERVAL_MS = 1_000
/** Streams at a time; more are rejected with 503. */
const MAX_STREAMS = 20

/**
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html. A client that stops reading is sent
 * nothing more, so that its connection times out as an idle one.
 */
export default fp(
  async (app) => {
    const ending = new AbortController()
    let streams = 0

    async function* generateEvents(read: () => object) {
      while (!ending.signal.aborted) {
        yield `data: ${JSON.stringify(read())}\n\n`
        await setTimeout(INTERVAL_MS, undefined, ending).catch(() => {})
      }
    }

    app.decorateReply('sendEvents', function (this: FastifyReply, read: () => object) {
      if (streams === MAX_STREAMS) {
        throw new ServiceError('OVERLOADED', { detail: `${MAX_STREAMS} event streams are open already` })
      }
      streams++
      this.raw.once('close', () => streams--)
      // No connection outlives its stream: at shutdown it would have to be closed separately.
      this.headers({ 'cache-control': 'no-store', connection: 'close', 'x-accel-buffering': 'no' })
      return this.type('text/event-stream').send(Readable.from(generateEvents(read)))
    })

    app.addHook('preClose', async () => ending.abort())
  },
  { name: 'event-stream', dependencies: ['graceful-shutdown'] }
)
