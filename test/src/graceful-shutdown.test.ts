// Each in a process of its own, which it ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'

const module = new URL('../../src/graceful-shutdown.ts', import.meta.url)

/** Runs this code after shutdown is enabled with the options. */
async function run(t: Test, options: string, code: string): Promise<{ exitCode: number; output: string }> {
  const script = `
    import { enableGracefulShutdown } from '${module}'
    const log = (level, message, err) => console.log(level, message, err?.message ?? '')
    enableGracefulShutdown({ timeoutMs: 60_000, log, ${options} })
    setInterval(() => {}, 1_000)
    ${code}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { exitCode, output }
}

const raise = (signal: string) => `process.kill(process.pid, '${signal}')`
const HANGS = 'close: () => new Promise(() => {})'

t.test('every signal that asks to end closes the service and exits with 0', async (t) => {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM']) {
    const { exitCode, output } = await run(t, "close: async () => console.log('closed')", raise(signal))
    t.equal(exitCode, 0, signal)
    t.equal(output, `info Shutting down: ${signal} \nclosed\n`)
  }
})

t.test('an uncaught error and an unhandled rejection close the service and exit with 1', async (t) => {
  for (const bug of ["setImmediate(() => { throw new Error('a bug') })", "Promise.reject(new Error('a bug'))"]) {
    const { exitCode, output } = await run(t, "close: async () => console.log('closed')", bug)
    t.equal(exitCode, 1)
    t.equal(output, 'fatal Uncaught error, shutting down a bug\nclosed\n')
  }
})

t.test('closing that fails or takes too long exits with 1 and says so', async (t) => {
  const failed = await run(t, "close: async () => { throw new Error('a bug') }", raise('SIGTERM'))
  t.equal(failed.exitCode, 1)
  t.match(failed.output, 'error Shutdown failed a bug')
  const slow = await run(t, `${HANGS}, timeoutMs: 1`, raise('SIGTERM'))
  t.equal(slow.exitCode, 1)
  t.match(slow.output, 'error Shutdown took longer than 1 ms')
})

t.test('an error during the shutdown exits with 1 at once', async (t) => {
  const fails = "close: () => new Promise(() => setImmediate(() => { throw new Error('a bug') }))"
  const { exitCode, output } = await run(t, fails, raise('SIGTERM'))
  t.equal(exitCode, 1)
  t.match(output, 'fatal Uncaught error, shutting down a bug')
})

t.test('a signal that comes again within 100 ms is the same one, later it exits with 1 at once', async (t) => {
  const { exitCode, output } = await run(
    t,
    HANGS,
    `${raise('SIGINT')}; ${raise('SIGTERM')}
     setTimeout(() => { console.log('later'); ${raise('SIGTERM')} }, 200)`
  )
  t.equal(exitCode, 1)
  t.match(output, /later\nerror Exiting at once: SIGTERM again/)
})
