import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Runs a script; the code is -1 if there is no Python. */
export async function runPython(
  script: string,
  env: Record<string, string> = {}
): Promise<{ code: number; output: string }> {
  const child = spawn('python3', ['-c', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const [output, code] = await Promise.all([
    text(child.stdout),
    once(child, 'exit').then(
      ([code]) => code,
      () => -1
    )
  ])
  return { code, output }
}

/** Why a test of Python is skipped here; false where it is not. */
export const pythonIsMissing = (await runPython('import requests')).code !== 0 && 'no python3 with requests'
