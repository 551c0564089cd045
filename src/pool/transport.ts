import type { Socket } from 'node:net'
import { buildConnector, Client, type Dispatcher } from 'undici'

/** One open keep-alive connection as the pool sees it: it can carry requests until it dies, once. */
export interface Transport {
  /** False as soon as either side has begun to close. */
  readonly open: boolean
  /** True while a request is on its way. */
  readonly busy: boolean
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean
  /** Ends the connection at once, and with it a request under way, for this reason if one is given. */
  destroy(reason?: Error): void
  /** `listener` is called once, when the connection is gone. */
  onClose(listener: () => void): void
}

/** Opens a transport; rejects when it cannot be opened. */
export type Connect = () => Promise<Transport>

export interface SocketTransportOptions {
  /** Scheme, host and port, for instance `https://abc.supabase.co`. */
  origin: string
  /** How long opening may take, in milliseconds. */
  connectTimeout: number
  /** How long an idle connection is kept when the server names no time of its own, in milliseconds. */
  keepAlive: number
  /** The largest response body that is read, in bytes. */
  maxResponseSize: number
}

/** How long before the server's own time-out an idle connection is given up, in milliseconds. */
const KEEP_ALIVE_THRESHOLD = 500

/**
 * Of a response. More than Node's default of 16 KiB: servers repeat the target in `Content-Location`, PostgREST with every
 * `%` encoded once more.
 */
const MAX_HEADER_BYTES = 64 * 1024

/** Opens keep-alive connections to one origin: each is one socket under one undici `Client`. */
export function socketTransports({
  origin,
  connectTimeout,
  keepAlive,
  maxResponseSize
}: SocketTransportOptions): Connect {
  const { protocol, host, hostname, port } = new URL(origin)
  // One connector for all, so that TLS sessions are resumed.
  const connector = buildConnector({ timeout: connectTimeout, allowH2: false })

  return () =>
    new Promise((resolve, reject) => {
      connector({ protocol, host, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port }, (error, socket) => {
        if (error) reject(error)
        else resolve(new SocketTransport(socket, origin, keepAlive, maxResponseSize))
      })
    })
}

/** The socket died before the request was written to it. */
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

  constructor(socket: Socket, origin: string, keepAlive: number, maxResponseSize: number) {
    let handedOver = false
    this.#socket = socket
    // Before it is handed over nobody else looks: it has been closed, or says what it has not been asked.
    const unasked = () => socket.destroy()
    socket.once('readable', unasked)
    this.#client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: keepAlive,
      keepAliveMaxTimeout: keepAlive,
      // Less than undici's two seconds: servers that keep idle connections for only a few would not be pooled at all.
      keepAliveTimeoutThreshold: KEEP_ALIVE_THRESHOLD,
      // Deadlines are the caller's business: undici's own would abort long answers behind its back.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize,
      maxHeaderSize: MAX_HEADER_BYTES,
      connect: (_options, callback) => {
        // undici would open another socket when this one dies; a transport's life ends with its socket.
        const error = handedOver ? new TransportClosedError() : null
        handedOver = true
        // Not at once: undici overlooks an answer given before `connect` returns.
        queueMicrotask(() => {
          socket.off('readable', unasked)
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
