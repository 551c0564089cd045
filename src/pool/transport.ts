import type { Socket } from 'node:net'
import { buildConnector, Client, type Dispatcher } from 'undici'
import { ignoreContinue } from './ignore-continue.ts'

/** One open keep-alive connection as the pool sees it: it carries requests until its socket closes, for good. */
export interface Transport {
  /** False as soon as either side has begun to close. */
  readonly open: boolean
  /** True while a request is on its way. */
  readonly busy: boolean
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean
  /** Closes the connection at once; a request under way fails with this reason, if one is given. */
  destroy(reason?: Error): void
  /** Calls `listener` once, when the socket has closed. */
  onClose(listener: () => void): void
}

/** Opens a transport; rejects if that fails. */
export type Connect = () => Promise<Transport>

export interface SocketConnectOptions {
  /** Scheme, host and port, for instance `https://abc.supabase.co`. */
  origin: string
  /** How long opening may take, in milliseconds. */
  connectTimeout: number
  /** How long an idle connection is kept when the server names no time of its own, in milliseconds. */
  keepAlive: number
  /** The largest response body that is read, in bytes; any unless given. */
  maxResponseSize?: number
}

/** undici's `maxResponseSize` for none. */
const UNLIMITED = -1
/** How long before the server's own timeout an idle connection is closed. */
const KEEP_ALIVE_THRESHOLD_MS = 500

/**
 * More than Node's default of 16 KiB: servers repeat the target in `Content-Location`, PostgREST with every `%` encoded
 * once more.
 */
const MAX_RESPONSE_HEADER_BYTES = 64 * 1024

/** Creates a function that opens keep-alive connections to one origin, each of them one socket under one undici `Client`. */
export function createSocketConnect({
  origin,
  connectTimeout,
  keepAlive,
  maxResponseSize = UNLIMITED
}: SocketConnectOptions): Connect {
  const { protocol, host, hostname, port } = new URL(origin)
  // One connector for all, so that they resume TLS sessions.
  const connector = buildConnector({ timeout: connectTimeout, allowH2: false })

  return () =>
    new Promise((resolve, reject) => {
      connector({ protocol, host, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port }, (error, socket) => {
        if (error) reject(error)
        else resolve(new SocketTransport(socket, origin, keepAlive, maxResponseSize))
      })
    })
}

/** The socket closed before the request was written to it. */
class TransportClosedError extends Error {
  // Not undici's own code for a dead socket: with that one a client keeps the request and connects again.
  readonly code = 'ECONNRESET'

  constructor() {
    super('The connection closed before the request was sent')
  }
}

class SocketTransport implements Transport {
  readonly #socket: Socket
  readonly #client: Client
  readonly #expectResponse: () => void

  constructor(socket: Socket, origin: string, keepAlive: number, maxResponseSize: number) {
    let connected = false
    this.#socket = socket
    this.#expectResponse = ignoreContinue(socket)
    // undici does not watch the socket before the first request: it has been closed, or has data that nobody asked for.
    const onUnexpectedData = () => socket.destroy()
    socket.once('readable', onUnexpectedData)
    this.#client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: keepAlive,
      keepAliveMaxTimeout: keepAlive,
      // Less than undici's two seconds: servers that keep idle connections for only a few would not be pooled at all.
      keepAliveTimeoutThreshold: KEEP_ALIVE_THRESHOLD_MS,
      // Callers set the deadlines: undici's own would abort long responses.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize,
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
      connect: (_options, callback) => {
        // undici would open another socket when this one has closed; a transport ends with its socket.
        const error = connected ? new TransportClosedError() : null
        connected = true
        // Not at once: undici overlooks a callback that is called before `connect` returns.
        queueMicrotask(() => {
          socket.off('readable', onUnexpectedData)
          if (error) callback(error, null)
          else callback(null, socket)
        })
      }
    })
  }

  get open(): boolean {
    return this.#socket.readyState === 'open'
  }

  get busy(): boolean {
    return this.#client.stats.size > 0
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#expectResponse()
    return this.#client.dispatch(options, handler)
  }

  destroy(reason?: Error): void {
    this.#client.destroy(reason ?? null, () => {})
    this.#socket.destroy()
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener)
  }
}
