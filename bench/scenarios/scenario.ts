import type { Upstream } from '../candidates/candidates.ts'
import type { Section } from '../report/markdown.ts'
import type { PostgrestUpstream } from '../upstreams/postgrest.ts'

/** What all scenarios share. */
export interface Bench {
  /** The real PostgREST, over 100,000 molecules. */
  readonly postgrest: PostgrestUpstream
  /** Answers everything with what PostgREST answered to the first page. */
  readonly replay: Upstream
  readonly rounds: number
  /** For a look only: shorter, with less certain figures. */
  readonly quick: boolean
  /** Tells what is being done. */
  progress(text: string): void
}

export type Scenario = (bench: Bench) => Promise<Section>
