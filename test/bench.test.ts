import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const bench = fileURLToPath(new URL('../bench/index.ts', import.meta.url))
const wrongAnswers = fileURLToPath(new URL('./support/upstream/wrong-answers.ts', import.meta.url))

function run(...args: string[]): Promise<{ code: unknown; stdout: string; output: string }> {
  return new Promise((resolve) => {
    // Without the option by which tap measures coverage, which is the service's.
    execFile('env', ['-u', 'NODE_OPTIONS', process.execPath, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, output: stdout + stderr })
    )
  })
}

t.test('every candidate returns the rows of the real PostgREST', async (t) => {
  const { code, output } = await run(bench, '--check')
  t.equal(code, 0, output)
  t.equal(output.match(/: right$/gm)?.length, 7, output)
})

t.test('a single wrong response voids the measurement', async (t) => {
  const { stdout } = await run(wrongAnswers)
  t.strictSame(JSON.parse(stdout), {
    right: 'accepted',
    'another status': 'refused, and all 20 void',
    'other values': 'refused, and all 20 void',
    'another type': 'refused',
    'a row less': 'refused, and all 20 void',
    'no answer': 'refused, and all 20 void'
  })
})

t.test('unknown scenarios, options and rounds are refused with the usage', async (t) => {
  for (const args of [['--bogus'], ['--only', 'nonsense'], ['--rounds', '0'], ['x']]) {
    const { code, output } = await run(bench, ...args)
    t.equal(code, 2, args.join(' '))
    t.match(output, 'npm run bench -- [--only cpu')
    t.notMatch(output, / at .*:\d+/, 'no stack')
  }
})
