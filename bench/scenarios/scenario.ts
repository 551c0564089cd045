import type { Upstream } from '../candidates/candidates.ts'
import type { Section } from '../report/markdown.ts'
import type { PostgrestUpstream } from '../upstreams/postgrest.ts'

/** What every scenario gets. */
export interface Bench {
  /** The real PostgREST, over 100,000 molecules. */
  readonly postgrest: PostgrestUpstream
  /** Responds to everything with PostgREST's recorded response to the first page. */
  readonly replay: Upstream
  readonly rounds: number
  /** Shorter, with less certain results. */
  readonly quick: boolean
  /** Reports progress. */
  progress(text: string): void
}

export type Scenario = (bench: Bench) => Promise<Section>
