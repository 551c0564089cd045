import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const bench = fileURLToPath(new URL('../bench/index.ts', import.meta.url))
const wrongAnswers = fileURLToPath(new URL('./support/wrong-answers.ts', import.meta.url))

function run(...args: string[]): Promise<{ code: unknown; stdout: string; output: string }> {
  return new Promise((resolve) => {
    // Without the option by which tap measures coverage, which is the service's.
    execFile('env', ['-u', 'NODE_OPTIONS', process.execPath, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, output: stdout + stderr })
    )
  })
}

t.test('every contender gives what the real PostgREST has', async (t) => {
  const { code, output } = await run(bench, '--check')
  t.equal(code, 0, output)
  t.equal(output.match(/: right$/gm)?.length, 7, output)
})

t.test('wrong answers void what was measured', async (t) => {
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

t.test('arguments that make no sense are refused with a word on those that do', async (t) => {
  for (const args of [['--bogus'], ['--only', 'nonsense'], ['--rounds', '0'], ['x']]) {
    const { code, output } = await run(bench, ...args)
    t.equal(code, 2, args.join(' '))
    t.match(output, 'npm run bench -- [--only cpu')
    t.notMatch(output, / at .*:\d+/, 'no stack')
  }
})
