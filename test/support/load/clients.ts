import { Agent, type Dispatcher } from 'undici'

/** A response as a client of the service sees it; `status` 0 means that there was none. */
export interface ClientResponse {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
  durationMs: number
  /** Why there was none: an error's code or message. */
  error?: string
}

/** Clients that keep their connections alive, each with one request at a time. */
export class Clients {
  readonly #agent: Agent

  constructor(connections: number) {
    this.#agent = new Agent({ connections, headersTimeout: 60_000 })
  }

  async get(url: string, requestHeaders: Record<string, string> = {}): Promise<ClientResponse> {
    const start = performance.now()
    try {
      const request = { ...buildRequest(url), headers: requestHeaders }
      const { statusCode: status, headers, body } = await this.#agent.request(request)
      return { status, headers, body: await body.text(), durationMs: performance.now() - start }
    } catch (cause) {
      const { code, message } = cause as Error & { code?: string }
      return { status: 0, headers: {}, body: '', durationMs: performance.now() - start, error: code ?? message }
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}

function buildRequest(url: string): Dispatcher.RequestOptions & { origin: string } {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: `${pathname}${search}`, method: 'GET' }
}

/** Runs `task` again and again in `count` concurrent loops for as long as `shouldContinue` returns true. */
export async function runInLoops(
  count: number,
  shouldContinue: () => boolean,
  task: () => Promise<unknown>
): Promise<void> {
  const loop = async () => {
    while (shouldContinue()) await task()
  }
  await Promise.all(Array.from({ length: count }, loop))
}
