import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Postgrest } from './postgrest.ts'
import { readPostgrestState } from './postgrest-state.ts'
import { signToken } from './tokens.ts'

/** A Supabase project: PostgREST behind a gateway that treats API keys as Supabase's does. */
export interface Gateway {
  readonly url: string
  readonly keys: { anon: string; service: string; publishable: string; secret: string }
  /** The settings of a service in front of it, with the legacy keys. */
  readonly environment: { SUPABASE_URL: string; SUPABASE_KEY: string; SUPABASE_SERVICE_KEY: string }
  /** Every request that arrived, in order; `url` is as it stood on the wire. */
  readonly requests: { method: string; url: string; headers: IncomingHttpHeaders }[]
  /** Sockets that have been opened since the start. */
  readonly connections: number
  /** A user's token, good for an hour; `claims` are put over the usual ones. */
  userToken(sub: string, claims?: object): string
  /** Refuses a key from now on. */
  revoke(key: string): void
  /** Accepts a new key from now on. */
  issue(role: 'anon' | 'service_role'): string
  /** Cuts off everybody and listens no more, until `resume()`. */
  suspend(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

const HOUR = 3600
const MAX_BUFFERED_BYTES = 64 * 1024

/** Starts a project on a free loopback port, with keys of its own, in front of a PostgREST: that of the run unless said. */
export async function startGateway(
  postgrest: Pick<Postgrest, 'url' | 'jwtSecret'> = readSharedPostgrest()
): Promise<Gateway> {
  const { url: restUrl, jwtSecret } = postgrest
  const token = (claims: object) => {
    const now = Math.floor(Date.now() / 1000)
    return signToken({ iss: 'supabase', iat: now, exp: now + HOUR, ...claims }, jwtSecret)
  }
  const opaque = () => randomBytes(16).toString('base64url')
  const keys = {
    anon: token({ role: 'anon', ref: opaque() }),
    service: token({ role: 'service_role', ref: opaque() }),
    publishable: `sb_publishable_${opaque()}`,
    secret: `sb_secret_${opaque()}`
  }
  const roles = new Map([
    [keys.anon, 'anon'],
    [keys.publishable, 'anon'],
    [keys.service, 'service_role'],
    [keys.secret, 'service_role']
  ])
  const requests: Gateway['requests'] = []
  // PostgREST closes a connection without notice after a body that it has not read: none is used twice.
  const agent = new Agent({ keepAlive: false })

  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    requests.push({ method, url, headers })
    const refuse = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (!url.startsWith('/rest/v1/')) return refuse(404, { message: 'no Route matched with those values' })

    const key = headers.apikey as string | undefined
    const role = key && roles.get(key)
    if (!key) {
      const hint = 'No `apikey` request header or url param was found.'
      return refuse(401, { message: 'No API key found in request', hint })
    }
    if (!role) {
      const hint = 'Double check your Supabase `anon` or `service_role` API key.'
      return refuse(401, { message: 'Invalid API key', hint })
    }
    if (role === 'service_role' && headers['user-agent']?.startsWith('Mozilla/')) {
      return refuse(401, { message: 'Forbidden use of secret API key in browser' })
    }
    if (role === 'anon' && /^\/rest\/v1\/(\?|$)/.test(url)) {
      return refuse(403, { message: 'You cannot consume this service' })
    }
    const { apikey: _, authorization: own, ...rest } = headers
    // An opaque key means nothing to PostgREST: the gateway speaks for it, also where a client sent it as a bearer token
    // beside itself, as supabase-js does.
    const speaks = key.startsWith('sb_') && (own === undefined || own === `Bearer ${key}`)
    const authorization = speaks ? `Bearer ${token({ role })}` : own
    forward(request, response, {
      agent,
      url: restUrl + url.slice('/rest/v1'.length),
      headers: authorization ? { ...rest, authorization } : rest
    })
  })
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const suspend = async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  }

  return {
    url,
    keys,
    environment: { SUPABASE_URL: url, SUPABASE_KEY: keys.anon, SUPABASE_SERVICE_KEY: keys.service },
    requests,
    get connections() {
      return connections
    },
    userToken: (sub, claims) => token({ sub, role: 'authenticated', ...claims }),
    revoke: (key) => void roles.delete(key),
    issue: (role) => {
      const key = `${role === 'anon' ? 'sb_publishable' : 'sb_secret'}_${opaque()}`
      roles.set(key, role)
      return key
    },
    suspend,
    resume: async () => {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    close: async () => {
      if (server.listening) await suspend()
      agent.destroy()
    }
  }
}

function readSharedPostgrest(): Pick<Postgrest, 'url' | 'jwtSecret'> {
  const state = readPostgrestState()
  if (!state) throw new Error('No PostgREST is running: run the tests with tap')
  return state
}

interface Target {
  agent: Agent
  url: string
  headers: IncomingHttpHeaders
}

function forward(request: IncomingMessage, response: ServerResponse, { agent, url, headers }: Target): void {
  const onward = httpRequest(url, { agent, method: request.method, headers, maxHeaderSize: 64 * 1024 }, (relayed) => {
    response.writeHead(relayed.statusCode as number, relayed.headers)
    pipeline(relayed, response, () => {})
  })
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  // In one piece, where that is possible: PostgREST may respond before it has the body, and then hangs up on who still sends.
  if (Number(headers['content-length']) <= MAX_BUFFERED_BYTES) {
    buffer(request).then(
      (body) => onward.end(body),
      () => onward.destroy()
    )
  } else {
    pipeline(request, onward, () => {})
  }
}
