import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import autoload from '@fastify/autoload'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyServerOptions, LogController } from 'fastify'
import admin from '../plugins/admin.ts'
import caching from '../plugins/caching.ts'
import callerId from '../plugins/caller-id.ts'
import chemistry from '../plugins/chemistry.ts'
import clientAddress from '../plugins/client-address.ts'
import clientConnections from '../plugins/client-connections.ts'
import clientSignal from '../plugins/client-signal.ts'
import configPlugin from '../plugins/config.ts'
import connectionLimit from '../plugins/connection-limit.ts'
import cors from '../plugins/cors.ts'
import docsPage from '../plugins/docs-page.ts'
import errors from '../plugins/errors.ts'
import eventStream from '../plugins/event-stream.ts'
import gateway from '../plugins/gateway.ts'
import gracefulShutdown from '../plugins/graceful-shutdown.ts'
import httpConformance from '../plugins/http-conformance.ts'
import keyRotation from '../plugins/key-rotation.ts'
import listResponses from '../plugins/list-responses.ts'
import loadShedding from '../plugins/load-shedding.ts'
import metrics from '../plugins/metrics.ts'
import notFound from '../plugins/not-found.ts'
import observability from '../plugins/observability.ts'
import openapi from '../plugins/openapi.ts'
import page from '../plugins/page.ts'
import pool from '../plugins/pool.ts'
import project from '../plugins/project.ts'
import propertyTypes from '../plugins/property-types.ts'
import rateLimit from '../plugins/rate-limit.ts'
import readiness from '../plugins/readiness.ts'
import resources from '../plugins/resources.ts'
import responseCache from '../plugins/response-cache.ts'
import responseMemory from '../plugins/response-memory.ts'
import securityHeadersPlugin from '../plugins/security-headers.ts'
import sensible from '../plugins/sensible.ts'
import smallBodies from '../plugins/small-bodies.ts'
import startupLog from '../plugins/startup-log.ts'
import structureSearch from '../plugins/structure-search.ts'
import supabase from '../plugins/supabase.ts'
import tracing from '../plugins/tracing.ts'
import unreadBody from '../plugins/unread-body.ts'
import userToken from '../plugins/user-token.ts'
import { type Config, type Environment, loadConfig } from './config.ts'
import { toErrorResponse } from './http/error-response.ts'
import { rejectMalformed } from './http/malformed-request.ts'
import { readRequestId } from './http/request-id.ts'
import { cutQuery, MAX_REQUEST_BYTES } from './http/request-limits.ts'
import { formats, keywords } from './http/schemas.ts'
import { securityHeaders } from './http/security-headers.ts'
import { trustedProxies } from './http/trusted-proxies.ts'
import type { Keys } from './supabase/keys.ts'

export interface AppOptions {
  /** The variables that the settings are read from; the files that they name are watched for new keys. */
  environment: Environment
  /** The settings, if they have been read already. */
  config?: Config
  logger?: FastifyServerOptions['logger']
  /** Lines that the log has dropped since the start. */
  droppedLines?: () => number
  /** Called with the project's new keys before they are used. */
  onNewKeys?: (keys: Keys) => void
}

/** The whole service, ready to listen or to be injected. Throws a `ConfigError` when its configuration is invalid. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { environment, config = loadConfig(environment), logger = false, droppedLines = () => 0, onNewKeys } = options
  const app = createServer(config, logger)

  // What other plugins use.
  await app.register(sensible)
  await app.register(configPlugin, { config })
  await app.register(clientAddress)
  await app.register(project)
  await app.register(pool)
  await app.register(responseCache)
  await app.register(keyRotation, { environment, onNewKeys })

  // What becomes of a connection.
  await app.register(clientConnections)
  await app.register(gracefulShutdown)
  await app.register(responseMemory)
  await app.register(metrics, { droppedLines })
  await app.register(connectionLimit)

  // What every request meets, in this order: it is observed, gets its headers, and is checked.
  await app.register(tracing, { environment })
  await app.register(observability)
  await app.register(clientSignal)
  await app.register(securityHeadersPlugin)
  await app.register(errors)
  await app.register(cors)
  await app.register(rateLimit)
  await app.register(loadShedding)
  await app.register(httpConformance)
  await app.register(unreadBody)
  await app.register(smallBodies)
  await app.register(notFound)

  // What routes use.
  await app.register(userToken)
  await app.register(callerId)
  await app.register(supabase)
  await app.register(gateway)
  await app.register(admin)
  await app.register(caching)
  await app.register(chemistry)
  await app.register(openapi)
  await app.register(docsPage)
  await app.register(listResponses)
  await app.register(propertyTypes)
  await app.register(eventStream)
  await app.register(page)
  await app.register(structureSearch)
  await app.register(resources)
  await app.register(readiness)
  await app.register(startupLog)

  // The URL tree is the folder tree.
  await app.register(autoload, { dir: join(import.meta.dirname, '../routes'), autoHooks: true, cascadeHooks: true })
  return app
}

/** Fastify's own two lines for a request are left out: the observability plugin writes one, at its end. */
class OneLinePerRequest extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
}

function createServer(config: Config, logger: NonNullable<FastifyServerOptions['logger']>): FastifyInstance {
  const { CLIENT_TIMEOUT, DB_POOL_ACQUIRE_TIMEOUT, SUPABASE_REQUEST_TIMEOUT } = config
  const clientTimeout = toTimeoutMs(CLIENT_TIMEOUT)
  const app: FastifyInstance = Fastify({
    logger,
    http: {
      // The http-conformance plugin rejects requests without one, in the shape of all errors.
      requireHostHeader: false,
      maxHeaderSize: MAX_REQUEST_BYTES,
      headersTimeout: clientTimeout,
      // Here too: Node compares both when it creates the server, and its own default may be less.
      requestTimeout: clientTimeout,
      connectionsCheckingInterval: 1_000
    },
    requestTimeout: clientTimeout,
    // Of inactivity: Supabase's response may be waited for meanwhile.
    connectionTimeout: toTimeoutMs(CLIENT_TIMEOUT + DB_POOL_ACQUIRE_TIMEOUT + SUPABASE_REQUEST_TIMEOUT),
    keepAliveTimeout: toTimeoutMs(config.KEEP_ALIVE_TIMEOUT),
    // Of a plugin's start: the embedded Supabase takes longer than Fastify's ten seconds where the CPU is busy.
    pluginTimeout: 60_000,
    bodyLimit: MAX_REQUEST_BYTES,
    trustProxy: trustedProxies(config.TRUST_PROXY),
    rewriteUrl: ({ url = '' }) => cutQuery(url),
    logController: new OneLinePerRequest({ requestIdLogLabel: 'request_id' }),
    genReqId: ({ headers }) => readRequestId(headers),
    // The pool rejects requests that are too late, in the shape of all errors.
    return503OnClosing: false,
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: true, keywords },
      onCreate: (ajv) => {
        for (const [name, { pattern }] of Object.entries(formats)) ajv.addFormat(name, pattern)
      }
    },
    // Responses are described by their schemas, not filtered by them.
    schemaController: { compilersFactory: { buildSerializer: () => () => JSON.stringify } },
    // A URL that no route can be found for comes here, before any hook.
    frameworkErrors: async (error, request, reply: FastifyReply) => {
      app.observeRequest(request, reply)
      const reason = await app.limitRate(request, reply).then(
        () => error,
        (limited: Error) => limited
      )
      const { statusCode, body } = toErrorResponse(reason, request.id)
      reply.code(statusCode).headers(securityHeaders).header('x-request-id', request.id).send(body)
    },
    clientErrorHandler: (error, socket) => rejectMalformed(error, socket, randomUUID(), app.log)
  }).withTypeProvider<TypeBoxTypeProvider>()
  return app
}

/** The longest time that Node's timers know: 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Seconds as a server's time-out: whole milliseconds, and no more than a timer knows. */
function toTimeoutMs(seconds: number): number {
  return Math.min(Math.ceil(seconds * 1000), MAX_TIMER_MS)
}
