import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const script = fileURLToPath(new URL('../../scripts/dev.ts', import.meta.url))

/** In the place of the service: says that it runs and, on SIGTERM, that it has ended gracefully. */
const service = (name: string) => `
process.on('SIGTERM', () => {
  console.log('${name} drained')
  process.exit(0)
})
setInterval(() => {}, 1000)
console.log('${name} runs ' + process.pid)
`

/** Replaces a file as `sed -i` and git do: by renaming another over it. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

function startDev(t: Test, text: string) {
  const folder = t.testdir({ src: { 'server.ts': text }, plugins: {}, routes: { api: { 'a.ts': '' } }, public: {} })
  // Without the option by which tap measures coverage.
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, [script], { cwd: folder, env, detached: true })
  t.teardown(() => {
    if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL')
  })
  let output = ''
  let check = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data
      check()
    })
  }
  /** Resolves once all of this has been printed, and forgets what has been printed until then. */
  const printed = (pattern: RegExp) =>
    new Promise<string[]>((resolve) => {
      check = () => {
        const found = pattern.exec(output)
        if (!found) return
        output = output.slice(found.index + found[0].length)
        check = () => {}
        resolve([...found])
      }
      check()
    })
  return { folder, child, printed }
}

t.test('dev restarts the service gracefully each time a file is replaced, changed or added', async (t) => {
  const { folder, child, printed } = startDev(t, service('first'))
  await printed(/first runs/)
  let last = 'first'
  const restarted = async (name: string) => {
    await printed(new RegExp(`${last} drained\\n`))
    await printed(new RegExp(`${name} runs`))
    last = name
  }
  for (let i = 0; i < 8; i++) {
    replace(`${folder}/src/server.ts`, service(`version${i}`))
    await restarted(`version${i}`)
  }
  for (const path of ['.env', 'plugins/b.ts', 'routes/api/a.ts']) {
    for (const text of ['A=1', 'A=2']) {
      replace(`${folder}/${path}`, text)
      await restarted(last)
    }
    writeFileSync(`${folder}/${path}`, 'A=3')
    await restarted(last)
  }

  renameSync(`${folder}/routes/api`, `${folder}/old`)
  mkdirSync(`${folder}/routes/api/deep`, { recursive: true })
  await restarted(last)
  replace(`${folder}/routes/api/deep/c.ts`, '')
  await restarted(last)

  renameSync(`${folder}/plugins`, `${folder}/away`)
  replace(`${folder}/src/server.ts`, service('without'))
  await printed(/The sources cannot be watched yet: ENOENT/)
  renameSync(`${folder}/away`, `${folder}/plugins`)
  await restarted('without')
  replace(`${folder}/plugins/b.ts`, '')
  await restarted('without')

  child.kill('SIGTERM')
  await printed(new RegExp(`${last} drained`))
  t.strictSame(await once(child, 'exit'), [0, null])
})

t.test('dev starts the service again with the next change after a crash', async (t) => {
  const { folder, child, printed } = startDev(t, 'process.exit(3)')
  await printed(/exit code 3: waiting for a change/)
  replace(`${folder}/src/server.ts`, service('mended'))
  const [, pid] = await printed(/mended runs (\d+)\n/)
  child.kill('SIGTERM')
  t.strictSame(await once(child, 'exit'), [0, null])
  t.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' })
})

t.test('dev exits on a signal while no service runs', async (t) => {
  const { child, printed } = startDev(t, 'process.exit(3)')
  await printed(/waiting for a change/)
  child.kill('SIGINT')
  t.strictSame(await once(child, 'exit'), [0, null])
})
