// The candidates: each is a process of its own, and each serves the same pages of molecules.
import type { ChildProcess } from 'node:child_process'
import { startModule, startService, stop } from '../harness/processes.ts'

/** A PostgREST below /rest/v1/, or a replay of one. */
export interface Upstream {
  readonly url: string
  readonly key: string
}

/** A page of molecules by name. */
export interface Page {
  readonly limit: number
  readonly offset: number
  /** Takes precedence over `offset`, in this service alone. */
  readonly cursor?: string
}

/** Something that serves pages of molecules. */
export interface Candidate {
  readonly name: string
  readonly url: string
  /** Its process; PostgREST's own is not measured. */
  readonly child?: ChildProcess
  readonly headers?: Readonly<Record<string, string>>
  path(page: Page): string
  /** The body that it should return for these `count` rows of PostgREST. */
  wrapRows(rows: string, count: number): string
  /** Whether it passes on the rows' own bytes; if not, it returns the same values. */
  readonly isVerbatim: boolean
  /** Bytes that it has logged. */
  countLogged?(): number
}

/** Options of the bench's own candidates. */
export interface CandidateOptions {
  upstream: string
  key: string
  headers: Record<string, string>
  /** The greatest number of connections to the upstream. */
  connections: number
}

/** The service's default. */
const CONNECTIONS = 10

export interface PageQuery extends Page {
  readonly order: string
}

/** What a Fastify route would validate. */
export const pageSchema = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 10 },
    offset: { type: 'integer', minimum: 0, default: 0 },
    order: { type: 'string', const: 'name.asc' }
  }
}

interface StartOptions {
  /** Of this service, beside its defaults. */
  readonly settings?: Record<string, string>
  /** Runs a script. */
  readonly command?: readonly string[]
}

const starters = {
  baseline: (upstream: Upstream, { command }: StartOptions) =>
    startModuleCandidate('baseline: node:http and undici', 'candidates/baseline.ts', upstream, command),
  shipped: (upstream: Upstream, options: StartOptions) =>
    startThisService('this service, as shipped', upstream, options.settings, options.command),
  silent: (upstream: Upstream, { settings, command }: StartOptions) =>
    startThisService('this service, LOG_LEVEL=silent', upstream, { ...settings, LOG_LEVEL: 'silent' }, command),
  proxy: async (upstream: Upstream, { command }: StartOptions): Promise<Candidate> => ({
    ...(await startModuleCandidate('@fastify/http-proxy (no envelope)', 'candidates/http-proxy.ts', upstream, command)),
    wrapRows: (rows) => rows
  }),
  request: async (upstream: Upstream, { command }: StartOptions): Promise<Candidate> => ({
    ...(await startModuleCandidate('Fastify + undici.request', 'candidates/undici-request.ts', upstream, command)),
    isVerbatim: false
  }),
  supabaseJs: async (upstream: Upstream, { command }: StartOptions): Promise<Candidate> => ({
    ...(await startModuleCandidate('Fastify + supabase-js', 'candidates/supabase-js.ts', upstream, command)),
    isVerbatim: false
  })
}

export type CandidateName = keyof typeof starters

/** In the order of the tables. */
export const candidateNames = Object.keys(starters) as CandidateName[]

/** Starts the named candidates, each with the same limit of connections to the upstream. */
export async function startCandidates<N extends CandidateName>(
  upstream: Upstream,
  names: readonly N[],
  options: StartOptions = {}
): Promise<Record<N, Candidate>> {
  const started = await Promise.all(names.map(async (name) => [name, await starters[name](upstream, options)]))
  return Object.fromEntries(started)
}

export async function stopCandidates(candidates: Readonly<Record<string, Candidate>>): Promise<void> {
  await Promise.all(Object.values(candidates).map(({ child }) => child && stop(child)))
}

/** PostgREST without a service in front, queried as the service does. */
export function createDirect({ url, key }: Upstream, name = 'PostgREST alone', base = '/rest/v1/'): Candidate {
  return {
    name,
    url,
    headers: buildHeaders(key),
    path: ({ limit, offset }) =>
      `${base}molecules?order=name.asc%2Cid.asc&limit=${limit}${offset ? `&offset=${offset}` : ''}`,
    wrapRows: (rows) => rows,
    isVerbatim: true
  }
}

/** This service with a cache. */
export function startCached(upstream: Upstream): Promise<Candidate> {
  return startThisService('this service, CACHE_SECONDS=3600', upstream, { CACHE_SECONDS: '3600' })
}

/** This service as a gateway, queried as PostgREST is. */
export async function startGateway(upstream: Upstream): Promise<Candidate> {
  const service = await startThisService('this service, GATEWAY=all', upstream, { GATEWAY: 'all' })
  return {
    ...createDirect(upstream),
    ...{ name: service.name, url: service.url, child: service.child as ChildProcess }
  }
}

async function startModuleCandidate(
  name: string,
  module: string,
  { url: upstream, key }: Upstream,
  command?: readonly string[]
): Promise<Candidate> {
  const options: CandidateOptions = { upstream, key, headers: buildHeaders(key), connections: CONNECTIONS }
  const { child, report } = await startModule<{ url: string }>(module, options, command)
  return { ...molecules, name, url: report.url, child }
}

/** Starts the service with its defaults, and these settings. */
export async function startThisService(
  name: string,
  { url: upstream, key }: Upstream,
  settings: Record<string, string> = {},
  command?: readonly string[]
): Promise<Candidate & { child: ChildProcess }> {
  const all = { SUPABASE_URL: upstream, SUPABASE_KEY: key, ...settings }
  const { child, url, countLogged } = await startService(all, command)
  return { ...molecules, name, url, child, countLogged }
}

const molecules: Pick<Candidate, 'path' | 'wrapRows' | 'isVerbatim'> = {
  path: ({ limit, offset, cursor }) =>
    `/api/molecules?limit=${limit}&${cursor ? `after=${cursor}` : `offset=${offset}`}&order=name.asc`,
  wrapRows: (rows, count) => `{"status":"success","count":${count},"molecules":${rows}}`,
  isVerbatim: true
}

function buildHeaders(key: string): Record<string, string> {
  return { apikey: key, authorization: `Bearer ${key}`, accept: 'application/json', 'user-agent': 'bench/1' }
}
