import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import autoload from '@fastify/autoload'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyServerOptions, LogController } from 'fastify'
import { type Config, type Environment, loadConfig } from './config.ts'
import { errorAnswer } from './http/error-response.ts'
import { refuseUnreadable } from './http/malformed-request.ts'
import { requestIdOf } from './http/request-id.ts'
import { cutQuery, MAX_REQUEST_BYTES } from './http/request-limits.ts'
import { formats } from './http/schemas.ts'
import { securityHeaders } from './http/security-headers.ts'
import { trustedProxies } from './http/trusted-proxies.ts'

export interface AppOptions {
  /** The variables that the settings are read from; their files are watched for new keys. */
  environment: Environment
  /** The settings, if they have been read already. */
  config?: Config
  logger?: FastifyServerOptions['logger']
  /** Lines that the log has dropped since the start. */
  droppedLines?: () => number
}

/** The longest time that Node's timers know: 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** Fastify's own two lines for a request are left out: a plugin writes one, at its end. */
class OneLineARequest extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
}

/** The whole service, ready to listen or to be injected. Throws a `ConfigError` when its settings make no sense. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { environment, config = loadConfig(environment), logger = false, droppedLines = () => 0 } = options
  const { CLIENT_TIMEOUT, DB_POOL_ACQUIRE_TIMEOUT, SUPABASE_REQUEST_TIMEOUT } = config
  const clientTimeout = toTimeoutMs(CLIENT_TIMEOUT)
  const app: FastifyInstance = Fastify({
    logger,
    http: {
      // A plugin answers requests without one, in the shape of all errors.
      requireHostHeader: false,
      maxHeaderSize: MAX_REQUEST_BYTES,
      headersTimeout: clientTimeout,
      // Here too: Node compares both when it makes the server, and its own default may be less.
      requestTimeout: clientTimeout,
      connectionsCheckingInterval: 1_000
    },
    requestTimeout: clientTimeout,
    // The time in which nothing moves: Supabase's response may be waited for meanwhile.
    connectionTimeout: toTimeoutMs(CLIENT_TIMEOUT + DB_POOL_ACQUIRE_TIMEOUT + SUPABASE_REQUEST_TIMEOUT),
    keepAliveTimeout: toTimeoutMs(config.KEEP_ALIVE_TIMEOUT),
    bodyLimit: MAX_REQUEST_BYTES,
    trustProxy: trustedProxies(config.TRUST_PROXY),
    rewriteUrl: ({ url = '' }) => cutQuery(url),
    logController: new OneLineARequest({ requestIdLogLabel: 'request_id' }),
    genReqId: ({ headers }) => requestIdOf(headers),
    // The service gives that answer itself, in the shape of all its errors.
    return503OnClosing: false,
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: true },
      onCreate: (ajv) => {
        for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format)
      }
    },
    // A URL that no route can be found for comes here, before any hook.
    frameworkErrors: async (error, request, reply: FastifyReply) => {
      app.observeRequest(request, reply)
      const reason = await app.limitRate(request, reply).then(
        () => error,
        (limited: Error) => limited
      )
      const { statusCode, body } = errorAnswer(reason, request.id)
      reply.code(statusCode).headers(securityHeaders).header('x-request-id', request.id).send(body)
    },
    clientErrorHandler: (error, socket) => refuseUnreadable(error, socket, randomUUID(), app.log)
  }).withTypeProvider<TypeBoxTypeProvider>()

  await app.register(autoload, {
    dir: join(import.meta.dirname, '../plugins'),
    options: { config, environment, droppedLines }
  })
  await app.register(autoload, {
    dir: join(import.meta.dirname, '../routes'),
    autoHooks: true,
    cascadeHooks: true
  })
  app.refuseOtherMethods()
  return app
}

/** Seconds as a server's time-out: whole milliseconds, and no more than a timer knows. */
function toTimeoutMs(seconds: number): number {
  return Math.min(Math.ceil(seconds * 1000), MAX_TIMER_MS)
}
