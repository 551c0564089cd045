// Runs tests in their long form and prints a table of what they measured: npm run test:deep, npm run test:security
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const directory = mkdtempSync(join(tmpdir(), 'test-deep-'))
const figuresFile = join(directory, 'figures')
// One file at a time, because they measure. The timeout is in seconds.
const options = ['--disable-coverage', '--jobs=1', '--timeout=7200', ...process.argv.slice(2)]
const files = options.some((option) => option.endsWith('.test.ts'))
  ? []
  : ['test/resilience/*.test.ts', 'test/src/pool/model.test.ts']
// With a shell, which expands the patterns.
const { status } = spawnSync(['tap', ...options, ...files].join(' '), {
  stdio: 'inherit',
  shell: true,
  env: { ...process.env, TEST_DEEP: 'true', TEST_FIGURES_FILE: figuresFile }
})
const lines = existsSync(figuresFile) ? readFileSync(figuresFile, 'utf8').trim().split('\n') : []
console.log('\n| test | figure |\n|---|---|')
for (const { test, figure } of lines.map((line) => JSON.parse(line))) console.log(`| ${test} | ${figure} |`)
rmSync(directory, { recursive: true })
process.exitCode = status ?? 1
