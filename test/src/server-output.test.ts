// The real process, when its standard output takes nothing.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Readable } from 'node:stream'
import t from 'tap'
import { Client } from 'undici'
import { runInLoops } from '../support/load/clients.ts'
import { noProject } from '../support/service/app.ts'
import { readSample } from '../support/service/exposition.ts'
import { startService } from '../support/service/process.ts'

/** Whose lines are longer than what may wait and what a pipe holds. */
const TOO_MANY_REQUESTS = 8_000
/** The longest that there is, for lines as long as can be. */
const headers = { 'x-request-id': 'x'.repeat(128) }
/** Has the process say on standard error where it listens. */
const tellUrl = `
  import { subscribe } from 'node:diagnostics_channel'
  subscribe('tracing:net.server.listen:asyncEnd', ({ server }) =>
    console.error('"http://127.0.0.1:' + server.address().port + '"'))`
const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,${encodeURIComponent(tellUrl)}`

/** Sends requests for what there is not on one connection, as many at a time as the service takes. */
async function flood(url: string, count: number): Promise<void> {
  const client = new Client(url, { pipelining: 16 })
  let sent = 0
  const sendNext = async () => {
    sent++
    const { body } = await client.request({ path: '/nothing', method: 'GET', headers })
    await body.dump()
  }
  await runInLoops(16, () => sent < count, sendNext)
  await client.close()
}

for (const NODE_ENV of ['production', 'development']) {
  t.test(`with a full disk under the log in ${NODE_ENV}, the service serves and ends on SIGTERM`, async (t) => {
    const { child, output, url, exited } = startService(
      t,
      { ...noProject, NODE_ENV, NODE_OPTIONS },
      openSync('/dev/full', 'w')
    )
    const address = await url
    t.equal((await fetch(`${address}/health/live`)).status, 200)
    t.equal((await fetch(`${address}/nothing`)).status, 404)
    child.kill('SIGTERM')
    t.equal((await exited)[0], 0)
    t.notMatch(output.text, 'ENOSPC')
  })
}

t.test('with LOG_LEVEL=silent the service serves, fails and ends without a line', async (t) => {
  const { child, output, url, exited } = startService(t, { ...noProject, LOG_LEVEL: 'silent', NODE_OPTIONS })
  const address = await url
  t.equal((await fetch(`${address}/health/live`)).status, 200)
  t.equal((await fetch(`${address}/api/molecules`)).status, 502)
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
  t.equal(output.text, `"${address}"\n`)
})

t.test("when the log's reader stops, lines are dropped, counted, and reported in a line", async (t) => {
  const { child, output, url, exited } = startService(t, { ...noProject, NODE_ENV: 'production' })
  const address = await url
  const stdout = child.stdout as Readable
  stdout.pause()
  await flood(address, TOO_MANY_REQUESTS)
  const { status, ok } = await fetch(`${address}/health/live`)
  t.ok(ok, String(status))
  const dropped = readSample(await (await fetch(`${address}/metrics`)).text(), 'cryoprotect_log_lines_dropped_total')
  t.ok(dropped > 0 && dropped < TOO_MANY_REQUESTS)
  let logged = 0
  let rest = ''
  let told: number | undefined
  stdout.removeAllListeners('data').on('data', (data) => {
    const lines = (rest + data).split('\n')
    rest = lines.pop() as string
    for (const line of lines.map((line) => JSON.parse(line))) {
      if (line.route) logged++
      told ??= line.dropped
    }
  })
  stdout.resume()
  while (told === undefined) await once(stdout, 'data')
  t.equal(told, dropped)
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
  t.equal(logged, TOO_MANY_REQUESTS - dropped, 'every other line is whole')
  t.equal(output.text.includes('fatal'), false)
})

t.test('a stopped reader of the log does not delay the shutdown', async (t) => {
  const { child, url, exited } = startService(t, { ...noProject, NODE_ENV: 'production' })
  const address = await url
  child.stdout?.pause()
  await flood(address, 2_000)
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
})

t.test('a closed reader of the log delays neither requests nor the shutdown', async (t) => {
  const { child, url, exited } = startService(t, { ...noProject, NODE_ENV: 'production' })
  const address = await url
  child.stdout?.destroy()
  await flood(address, 100)
  t.equal((await fetch(`${address}/health/live`)).status, 200)
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
})

t.test('no line is lost or cut when a full disk has room again', async (t) => {
  const directory = mkdtempSync(`${tmpdir()}/full-disk-`)
  t.teardown(() => rmdirSync(directory))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]).status !== 0) {
    t.comment('A small disk cannot be mounted here: this needs root')
    return
  }
  t.teardown(() => spawnSync('umount', [directory]))
  const [filler, log] = [`${directory}/filler`, `${directory}/log`]
  writeFileSync(filler, Buffer.alloc(48 * 1024))
  const disk = openSync(log, 'a')
  const { child, url, exited } = startService(t, { ...noProject, NODE_OPTIONS }, disk)
  closeSync(disk)
  const address = await url
  await flood(address, 100)
  const full = readFileSync(log)
  t.ok(full.length > 0 && full.length % 4096 === 0, 'the disk is full')
  rmSync(filler)
  child.kill('SIGTERM')
  t.equal((await exited)[0], 0)
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  t.equal(lines.filter((line) => JSON.parse(line).route).length, 100)
})
