// Runs the proofs in their long form and prints what they measured, a line for each.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const directory = mkdtempSync(join(tmpdir(), 'proofs-'))
const file = join(directory, 'figures')
// One file at a time, for they measure; `--timeout` is seconds.
const options = ['--disable-coverage', '--jobs=1', '--timeout=7200', ...process.argv.slice(2)]
const files = options.some((option) => option.endsWith('.test.ts'))
  ? []
  : ['test/resilience/*.test.ts', 'test/src/pool/model.test.ts']
// By a shell, which expands the pattern.
const { status } = spawnSync(['tap', ...options, ...files].join(' '), {
  stdio: 'inherit',
  shell: true,
  env: { ...process.env, PROOFS: 'deep', PROOFS_FILE: file }
})
const lines = read(file).trim().split('\n').filter(Boolean)
console.log('\n| proof | figure |\n|---|---|')
for (const { proof, figure } of lines.map((line) => JSON.parse(line))) console.log(`| ${proof} | ${figure} |`)
rmSync(directory, { recursive: true })
process.exitCode = status ?? 1

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Nothing has been measured.
    return ''
  }
}
