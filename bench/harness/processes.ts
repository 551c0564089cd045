// The processes that the bench starts, and their CPU time (Linux).
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findFreePort, waitForUrl } from '../../test/support/wait.ts'

/** For a process to start, and to stop. */
const PROCESS_TIMEOUT_MS = 60_000

const children = new Set<ChildProcess>()

/** Starts a module, by its path below `bench/`, with `command`, and waits for what it reports when it is ready. */
export async function startModule<T>(
  path: string,
  options: object = {},
  command: readonly string[] = [process.execPath]
): Promise<{ child: ChildProcess; report: T }> {
  const [execPath, ...execArgv] = command as [string, ...string[]]
  const child = register(
    fork(fileURLToPath(new URL(`../${path}`, import.meta.url)), [JSON.stringify(options)], {
      env: { ...ownEnvironment(), NODE_ENV: 'production' },
      execPath,
      execArgv,
      // Ctrl-C signals the bench, which stops the others in order.
      detached: true
    })
  )
  const [report] = await rejectOnExit(
    [child],
    once(child, 'message', { signal: AbortSignal.timeout(PROCESS_TIMEOUT_MS) })
  )
  return { child, report: report as T }
}

/**
 * Starts the service as it is shipped, with these settings and no others. It logs into a pipe that the bench reads, as
 * journald and container runtimes do; `countLogged` returns the number of bytes.
 */
export async function startService(
  settings: Record<string, string>,
  command: readonly string[] = [process.execPath]
): Promise<{ child: ChildProcess; url: string; countLogged: () => number }> {
  // With LOG_LEVEL=silent it could not report a port of its own choice.
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const [file, ...args] = command as [string, ...string[]]
  const child = register(
    spawn(file, [...args, fileURLToPath(new URL('../../src/server.ts', import.meta.url))], {
      // A folder without a .env file.
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
  // While it starts, a busy machine can make it shed load.
  await rejectOnExit([child], waitForUrl(`${url}/api/molecules?limit=1`, { timeoutMs: PROCESS_TIMEOUT_MS }))
  return { child, url, countLogged: () => logged }
}

/** Stops a process gracefully, after a timeout with SIGKILL. */
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

/** The promise's outcome; rejects when a process that it depends on exits first. */
export async function rejectOnExit<T>(needed: readonly ChildProcess[], promise: Promise<T>): Promise<T> {
  const settled = new AbortController()
  const exits = needed.map(async (child) => {
    if (children.has(child)) await once(child, 'exit', { signal: settled.signal })
    throw new Error(`${child.spawnargs[1]} has exited: ${child.signalCode ?? child.exitCode}`)
  })
  for (const exit of exits) exit.catch(() => {})
  return Promise.race([promise, ...exits]).finally(() => settled.abort())
}

/**
 * CPU time of a process's threads since their start, in µs; those that have ended do not count. The scheduler's own count, in
 * ns, is exact enough for a tenth of a second: https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 */
export function readCpuTime(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [onCpu] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    return Number(onCpu)
  })
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1000
}

function register(child: ChildProcess): ChildProcess {
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Of the developer's environment only what programs need, and nothing that the service would read as a setting. */
function ownEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, TMPDIR } = process.env
  return { PATH, HOME, ...(TMPDIR && { TMPDIR }) }
}
