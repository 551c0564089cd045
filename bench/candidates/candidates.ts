// Who is compared. Each runs as a process of its own, and each is asked for the same page of molecules.
import type { ChildProcess } from 'node:child_process'
import { startModule, startService, stop } from '../harness/processes.ts'

/** A PostgREST below /rest/v1/, or what plays one. */
export interface Upstream {
  readonly url: string
  readonly key: string
}

/** A page of molecules by name. */
export interface Page {
  readonly limit: number
  readonly offset: number
  /** Where it begins, for this service, which need not count rows then. */
  readonly cursor?: string
}

/** Something that gives a page of molecules. */
export interface Candidate {
  readonly name: string
  readonly url: string
  /** Its process; PostgREST asked directly has none that is measured. */
  readonly child?: ChildProcess
  readonly headers?: Readonly<Record<string, string>>
  path(page: Page): string
  /** What it should answer where PostgREST gives these rows. */
  answer(rows: string, count: number): string
  /** Whether it gives the rows' own bytes; if not, it gives the same values. */
  readonly verbatim: boolean
  /** How much it has logged, in bytes. */
  logged?(): number
}

/** What the bench's own candidates are started with. */
export interface CandidateOptions {
  upstream: string
  key: string
  headers: Record<string, string>
  /** Connections to the upstream at most. */
  connections: number
}

/** The service's own default. */
const CONNECTIONS = 10

export interface PageQuery extends Page {
  readonly order: string
}

/** What a Fastify route would ask of the query. */
export const pageSchema = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 10 },
    offset: { type: 'integer', minimum: 0, default: 0 },
    order: { type: 'string', const: 'name.asc' }
  }
}

const starts = {
  floor: (upstream: Upstream) => startOwn('floor: node:http and undici', 'candidates/floor.ts', upstream),
  shipped: (upstream: Upstream) => startThis('this service, as shipped', upstream),
  silent: (upstream: Upstream) => startThis('this service, LOG_LEVEL=silent', upstream, { LOG_LEVEL: 'silent' }),
  proxy: async (upstream: Upstream): Promise<Candidate> => ({
    ...(await startOwn('@fastify/http-proxy (no envelope)', 'candidates/http-proxy.ts', upstream)),
    answer: (rows) => rows
  }),
  request: async (upstream: Upstream): Promise<Candidate> => ({
    ...(await startOwn('Fastify + undici.request', 'candidates/undici-request.ts', upstream)),
    verbatim: false
  }),
  supabaseJs: async (upstream: Upstream): Promise<Candidate> => ({
    ...(await startOwn('Fastify + supabase-js', 'candidates/supabase-js.ts', upstream)),
    verbatim: false
  })
}

export type CandidateName = keyof typeof starts

/** All, in the order of the tables. */
export const candidateNames = Object.keys(starts) as CandidateName[]

/** Starts those that are named, each with ten connections to the upstream at most, as is the service's default. */
export async function startCandidates<N extends CandidateName>(
  upstream: Upstream,
  names: readonly N[]
): Promise<Record<N, Candidate>> {
  const started = await Promise.all(names.map(async (name) => [name, await starts[name](upstream)]))
  return Object.fromEntries(started)
}

export async function stopCandidates(candidates: Readonly<Record<string, Candidate>>): Promise<void> {
  await Promise.all(Object.values(candidates).map(({ child }) => child && stop(child)))
}

/** PostgREST asked for the very rows that the service asks it for. */
export function direct({ url, key }: Upstream, name = 'PostgREST asked directly', base = '/rest/v1/'): Candidate {
  return {
    name,
    url,
    headers: headersOf(key),
    path: ({ limit, offset }) =>
      `${base}molecules?order=name.asc%2Cid.asc&limit=${limit}${offset ? `&offset=${offset}` : ''}`,
    answer: (rows) => rows,
    verbatim: true
  }
}

async function startOwn(name: string, module: string, { url: upstream, key }: Upstream): Promise<Candidate> {
  const options: CandidateOptions = { upstream, key, headers: headersOf(key), connections: CONNECTIONS }
  const { child, at } = await startModule<{ url: string }>(module, options)
  return { ...molecules, name, url: at.url, child }
}

async function startThis(
  name: string,
  { url: upstream, key }: Upstream,
  settings: Record<string, string> = {}
): Promise<Candidate> {
  const { child, url, logged } = await startService({ SUPABASE_URL: upstream, SUPABASE_KEY: key, ...settings })
  return { ...molecules, name, url, child, logged }
}

const molecules: Pick<Candidate, 'path' | 'answer' | 'verbatim'> = {
  path: ({ limit, offset, cursor }) =>
    `/api/molecules?limit=${limit}&${cursor ? `after=${cursor}` : `offset=${offset}`}&order=name.asc`,
  answer: (rows, count) => `{"status":"success","count":${count},"molecules":${rows}}`,
  verbatim: true
}

function headersOf(key: string): Record<string, string> {
  return { apikey: key, authorization: `Bearer ${key}`, accept: 'application/json', 'user-agent': 'bench/1' }
}
