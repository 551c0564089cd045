import { Agent, type Dispatcher } from 'undici'

/** An answer as a client of the service sees it; `status` 0 means that there was none. Times are milliseconds. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
  duration: number
  /** Why there was none. */
  error?: string
}

/** Clients that keep their connections alive. */
export class Clients {
  readonly #agent: Agent

  constructor(connections: number) {
    this.#agent = new Agent({ connections, headersTimeout: 60_000 })
  }

  async get(url: string): Promise<Answer> {
    const start = performance.now()
    try {
      const { statusCode: status, headers, body } = await this.#agent.request(requestTo(url))
      return { status, headers, body: await body.text(), duration: performance.now() - start }
    } catch (cause) {
      const { code, message } = cause as Error & { code?: string }
      return { status: 0, headers: {}, body: '', duration: performance.now() - start, error: code ?? message }
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}

function requestTo(url: string): Dispatcher.RequestOptions & { origin: string } {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: `${pathname}${search}`, method: 'GET' }
}

/** Runs `task` again and again in `count` loops at once, as long as `goOn` says so. */
export async function inLoops(count: number, goOn: () => boolean, task: () => Promise<unknown>): Promise<void> {
  const loop = async () => {
    while (goOn()) await task()
  }
  await Promise.all(Array.from({ length: count }, loop))
}

/** The value that a share of them, from 0 to 1, does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
