// The processes that the bench starts, and what the operating system knows of them (Linux).
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { portOf } from './child.ts'

/** For a process to become ready, and to end when told to. */
const PROCESS_TIMEOUT_MS = 60_000

/** The kernel counts CPU time in hundredths of a second. */
const TICK_US = 10_000

/** Those that run now. */
const children = new Set<ChildProcess>()

/** Starts a module, by its path below `bench/`, with these options, and waits until it reports that and where it is ready. */
export async function startModule<T>(path: string, options: object = {}): Promise<{ child: ChildProcess; at: T }> {
  const child = keep(
    fork(fileURLToPath(new URL(`../${path}`, import.meta.url)), [JSON.stringify(options)], {
      env: { ...ownEnvironment(), NODE_ENV: 'production' },
      // Ctrl-C is for the bench, which ends the others in order.
      detached: true
    })
  )
  const [at] = await unlessEnded([child], once(child, 'message', { signal: AbortSignal.timeout(PROCESS_TIMEOUT_MS) }))
  return { child, at: at as T }
}

/**
 * Starts the service as it is shipped, with these settings and no others. Whatever it logs goes into a pipe that the
 * bench reads to the end, as journald and container runtimes do; `logged` tells how much that was, in bytes.
 */
export async function startService(
  settings: Record<string, string>
): Promise<{ child: ChildProcess; url: string; logged: () => number }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = keep(
    spawn(process.execPath, [fileURLToPath(new URL('../../src/server.ts', import.meta.url))], {
      // A folder without a file of settings.
      cwd: import.meta.dirname,
      env: { ...ownEnvironment(), NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true
    })
  )
  let logged = 0
  child.stdout?.on('data', ({ length }: Buffer) => {
    logged += length
  })
  await unlessEnded([child], untilAnswers(`${url}/health/live`))
  return { child, url, logged: () => logged }
}

/** Ends a process, gently where that is understood. */
export async function stop(child: ChildProcess): Promise<void> {
  if (!children.has(child)) return
  const exit = once(child, 'exit')
  if (child.connected) child.disconnect()
  else child.kill()
  const timeout = setTimeout(() => child.kill('SIGKILL'), PROCESS_TIMEOUT_MS)
  await exit
  clearTimeout(timeout)
}

export async function stopAll(): Promise<void> {
  await Promise.all([...children].map(stop))
}

/** What is promised; rejects when a process that it depends on ends before. */
export async function unlessEnded<T>(needed: readonly ChildProcess[], promise: Promise<T>): Promise<T> {
  const over = new AbortController()
  const ends = needed.map(async (child) => {
    if (children.has(child)) await once(child, 'exit', { signal: over.signal })
    throw new Error(`${child.spawnargs[1]} has ended: ${child.signalCode ?? child.exitCode}`)
  })
  for (const end of ends) end.catch(() => {})
  return Promise.race([promise, ...ends]).finally(() => over.abort())
}

/** CPU time that a process has used since its start, in µs. */
export function cpuTime(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user, system] = fields.split(' ').slice(11, 13)
  return (Number(user) + Number(system)) * TICK_US
}

function keep(child: ChildProcess): ChildProcess {
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

async function untilAnswers(url: string): Promise<void> {
  const deadline = performance.now() + PROCESS_TIMEOUT_MS
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    if (performance.now() > deadline) throw new Error(`${url} does not answer`)
    await sleep(50)
  }
}

/** The service does not say where it listens when it logs nothing. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server.address())
  server.close()
  await once(server, 'close')
  return port
}

/** Of the developer's environment what programs need; nothing that the service would take for settings. */
function ownEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, TMPDIR } = process.env
  return { PATH, HOME, ...(TMPDIR && { TMPDIR }) }
}
