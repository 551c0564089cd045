// Runs the service and restarts it when a source file or .env changes: `npm run dev`. Every directory is watched by itself,
// because `node --watch` no longer sees a file that was replaced by renaming another, as `sed -i` and git do.
import { type ChildProcess, spawn } from 'node:child_process'
import { type FSWatcher, readdirSync, watch } from 'node:fs'

const FOLDERS = ['src', 'plugins', 'routes', 'public']
/** One save is several events, and git changes many files. */
const SETTLE_MS = 100
const RETRY_MS = 1_000

let service: ChildProcess | undefined
let watchers: FSWatcher[] = []
let timer: NodeJS.Timeout | undefined
let isRestarting = false
let isEnding = false

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    isEnding = true
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
    if (service) service.kill(signal)
    else process.exit()
  })
}
watchFolders()
start()

function start(): void {
  isRestarting = false
  service = spawn(process.execPath, ['src/server.ts'], { stdio: 'inherit' })
  service.once('exit', (code) => {
    service = undefined
    if (isEnding) process.exit(Number(code !== 0))
    if (isRestarting) start()
    else console.error(`The service ended with exit code ${code}: waiting for a change`)
  })
}

function restart(): void {
  watchFolders()
  if (!service) {
    start()
    return
  }
  // Once: a second signal would end the service before it has responded to what it has accepted.
  if (!isRestarting) service.kill('SIGTERM')
  isRestarting = true
}

function scheduleRestart(delayMs = SETTLE_MS): void {
  clearTimeout(timer)
  timer = setTimeout(restart, delayMs)
}

/** Watches the folders as they are now: a watcher is bound to the directory that it was opened on, not to its name. */
function watchFolders(): void {
  const opened: FSWatcher[] = []
  try {
    opened.push(watch('.', (_event, name) => void (name === '.env' && scheduleRestart())))
    for (const path of FOLDERS.flatMap(listDirectories)) {
      // Hidden files and backups are an editor's own.
      opened.push(watch(path, (_event, name) => void (/^[^.].*[^~]$/.test(String(name)) && scheduleRestart())))
    }
  } catch (error) {
    for (const watcher of opened) watcher.close()
    // For instance in the middle of being replaced: git removes a directory and makes it anew.
    console.error(`The sources cannot be watched yet: ${(error as Error).message}`)
    scheduleRestart(RETRY_MS)
    return
  }
  for (const watcher of watchers) watcher.close()
  watchers = opened
}

function listDirectories(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const directories = entries.filter((entry) => entry.isDirectory())
  return [folder, ...directories.map(({ parentPath, name }) => `${parentPath}/${name}`)]
}
