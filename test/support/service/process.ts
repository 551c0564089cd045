import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { noLoadShedding } from './app.ts'

const server = fileURLToPath(new URL('../../../src/server.ts', import.meta.url))

/** Characters. */
const MOST_OUTPUT = 1_000_000

/** The service as a process of its own, as `npm start` runs it. */
export interface Service {
  readonly child: ChildProcess
  /** What it has printed last. */
  readonly output: { text: string }
  /** Where it listens; rejects when it ends before it does. */
  readonly url: Promise<string>
  readonly exited: Promise<[code: number | null]>
}

/**
 * Starts it on a free loopback port, with these settings and no others; it is killed when the test ends. Its standard output
 * is read unless a descriptor is given for it; `limits` is a command of the shell that starts it, such as `ulimit -n 256`.
 */
export function startService(
  t: Test,
  environment: Record<string, string>,
  stdout: 'pipe' | number = 'pipe',
  limits = 'true'
): Service {
  const child = spawn('sh', ['-c', `${limits} && exec "$0" "$1"`, process.execPath, server], {
    cwd: t.testdir({}),
    stdio: ['ignore', stdout, 'pipe'],
    // Of the developer's own environment only what Node and tap need.
    env: {
      ...pick(process.env, /^(PATH|HOME|NODE_|_?TAP)/),
      ...noLoadShedding,
      PORT: '0',
      HOST: '127.0.0.1',
      ...environment
    }
  })
  t.teardown(() => child.kill('SIGKILL'))
  const output = { text: '' }
  const url = new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The service ended with exit code ${code}: ${output.text}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data) => {
        output.text = (output.text + data).slice(-MOST_OUTPUT)
        const [found] = /http:\/\/127\.0\.0\.1:\d+(?=")/.exec(output.text) ?? []
        if (found) resolve(found)
      })
    }
  })
  url.catch(() => {})
  return { child, output, url, exited: once(child, 'exit') as Promise<[code: number | null]> }
}

/** Settings of Node that have the process run some code first. */
export function preload(code: string): { NODE_OPTIONS: string } {
  const script = `--import=data:text/javascript,${encodeURIComponent(code)}`
  return { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${script}` }
}

function pick(environment: NodeJS.ProcessEnv, names: RegExp): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name) && name !== 'NODE_ENV'))
}
