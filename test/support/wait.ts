import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Long enough for anything that a test waits for on a busy machine. */
const TIMEOUT_MS = 20_000
const INTERVAL_MS = 10

export interface WaitOptions {
  /** Named in the error. */
  what?: string
  timeoutMs?: number
}

/** Polls until `condition` gives something truthy, and returns that. Throws after `timeoutMs`. */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what = String(condition), timeoutMs = TIMEOUT_MS }: WaitOptions = {}
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`)
    await sleep(INTERVAL_MS)
  }
}

/** Polls until a GET of `url` is answered with 2xx. Throws after `timeoutMs`. */
export async function waitForUrl(url: string, options?: WaitOptions): Promise<void> {
  await waitFor(async () => (await fetch(url).catch(() => undefined))?.ok, {
    what: `${url} responds with 2xx`,
    ...options
  })
}

/** A loopback port that nobody listens on, for programs that cannot choose one by themselves. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
