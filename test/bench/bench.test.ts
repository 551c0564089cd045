import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const bench = fileURLToPath(new URL('../../bench/index.ts', import.meta.url))
const measureResponses = fileURLToPath(new URL('measure-responses.ts', import.meta.url))

function run(...args: string[]): Promise<{ code: unknown; stdout: string; output: string }> {
  return new Promise((resolve) => {
    // Without the option by which tap measures coverage, which is the service's.
    execFile('env', ['-u', 'NODE_OPTIONS', process.execPath, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, output: stdout + stderr })
    )
  })
}

t.test('npm run bench -- --check finds that every candidate returns the rows of the real PostgREST', async (t) => {
  const { code, output } = await run(bench, '--check')
  t.equal(code, 0, output)
  t.equal(output.match(/: ok$/gm)?.length, 7, output)
})

t.test('the bench voids a measurement with a wrong or missing response', async (t) => {
  const { stdout } = await run(measureResponses)
  t.strictSame(JSON.parse(stdout), {
    correct: 'accepted',
    'another status': 'rejected, and all 20 void',
    'other values': 'rejected, and all 20 void',
    'another content type': 'rejected',
    'a row missing': 'rejected, and all 20 void',
    'no response': 'rejected, and all 20 void'
  })
})

t.test('the bench rejects unknown scenarios, options and rounds with its usage', async (t) => {
  for (const args of [['--bogus'], ['--only', 'nonsense'], ['--rounds', '0'], ['x']]) {
    const { code, output } = await run(bench, ...args)
    t.equal(code, 2, args.join(' '))
    t.match(output, 'npm run bench -- [--only cpu')
    t.notMatch(output, / at .*:\d+/, 'no stack')
  }
})
