import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startUpstream } from '../support/upstream.ts'

const script = fileURLToPath(new URL('../../scripts/loadtest.ts', import.meta.url))

function loadtest(...args: string[]): Promise<{ code: unknown; output: string }> {
  return new Promise((resolve) => {
    // Without the option by which tap measures coverage, which is the service's.
    execFile('env', ['-u', 'NODE_OPTIONS', process.execPath, script, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr })
    )
  })
}

t.test('arguments that make no sense are refused with a word on those that do', async (t) => {
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

t.test('--help says what there is', async (t) => {
  const { code, output } = await loadtest('--help')
  t.equal(code, 0)
  t.match(output, /^npm run loadtest -- \[--requests 100\]/)
})

t.test('only answers are timed, and failures are counted by kind', async (t) => {
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

t.test('the URL may end in a slash', async (t) => {
  const upstream = await startUpstream()
  t.teardown(() => upstream.close())
  const { code, output } = await loadtest('--requests', '3', '--url', `${upstream.url}/`)
  t.equal(code, 0, output)
  t.strictSame(new Set(upstream.requests.map(({ url }) => url)), new Set(['/api/molecules?limit=1', '/pool/stats']))
})
