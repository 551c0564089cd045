import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startUpstream } from '../support/upstream/upstream.ts'

const script = fileURLToPath(new URL('../../scripts/loadtest.ts', import.meta.url))

function loadtest(...args: string[]): Promise<{ code: unknown; output: string }> {
  return new Promise((resolve) => {
    // Without the option by which tap measures coverage, which is the service's.
    execFile('env', ['-u', 'NODE_OPTIONS', process.execPath, script, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr })
    )
  })
}

t.test('loadtest rejects invalid arguments with its usage', async (t) => {
  for (const args of [
    ['--bogus'],
    ['--url', 'nonsense'],
    ['--url', 'ftp://x'],
    ['--requests', '0'],
    ['--workers=x'],
    ['x']
  ]) {
    const { code, output } = await loadtest(...args)
    t.equal(code, 2, args.join(' '))
    t.match(output, 'npm run loadtest -- [--requests 100]')
    t.notMatch(output, / at .*:\d+/, 'no stack')
  }
})

t.test('loadtest --help prints the usage', async (t) => {
  const { code, output } = await loadtest('--help')
  t.equal(code, 0)
  t.match(output, /^npm run loadtest -- \[--requests 100\]/)
})

t.test('loadtest times only 200 responses and counts failures by kind', async (t) => {
  const failing = await startUpstream((_request, response) => void response.writeHead(503).end('{}'))
  t.teardown(() => failing.close())
  const refused = await loadtest('--requests', '3', '--url', failing.url)
  t.equal(refused.code, 1)
  t.match(refused.output, "Errors: { 'HTTP 503': 3 }")
  t.notMatch(refused.output, 'Average')

  const gone = await startUpstream()
  await gone.close()
  const unreachable = await loadtest('--requests', '2', '--url', gone.url)
  t.equal(unreachable.code, 1)
  t.match(unreachable.output, /Errors: \{ ECONNREFUSED: 2 \}\nPool stats: ECONNREFUSED/)
})

t.test('loadtest accepts a URL that ends in a slash', async (t) => {
  const upstream = await startUpstream()
  t.teardown(() => upstream.close())
  const { code, output } = await loadtest('--requests', '3', '--url', `${upstream.url}/`)
  t.equal(code, 0, output)
  t.ok(upstream.requests.every(({ url }) => /^\/(api\/molecules\?|pool\/stats$)/.test(url)))
})

t.test(
  'loadtest requests different pages, with --same one page, and prints how many requests were coalesced',
  async (t) => {
    let coalesced = 40
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/pool/stats') coalesced += 1
      response.end(JSON.stringify({ stats: { coalesced } }))
    })
    t.teardown(() => upstream.close())
    const pages = () => upstream.requests.splice(0).filter(({ url }) => url.startsWith('/api/'))
    const different = await loadtest('--requests', '120', '--workers', '7', '--url', upstream.url)
    t.match(different.output, 'Shared: 1 of 120 requests')
    const asked = pages()
    t.equal(asked.length, 120)
    t.equal(new Set(asked.map(({ url }) => url)).size, 120)

    await loadtest('--requests', '20', '--same', '--url', upstream.url)
    t.strictSame(new Set(pages().map(({ url }) => url)), new Set(['/api/molecules?limit=1']))
  }
)
