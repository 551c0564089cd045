import {
  candidateNames,
  createDirect,
  startCandidates,
  stopCandidates,
  type Upstream
} from '../candidates/candidates.ts'
import { fetchChecked } from './fetch-checked.ts'

const FIRST_PAGE = { limit: 10, offset: 0 }
const LATER_PAGE = { limit: 10, offset: 20 }

/** Checks that every candidate returns the rows of the real PostgREST, without measuring anything. */
export async function checkCandidates(
  postgrest: Upstream,
  replay: Upstream,
  progress: (text: string) => void
): Promise<void> {
  const candidates = await startCandidates(postgrest, candidateNames)
  for (const candidate of Object.values(candidates)) {
    for (const page of [FIRST_PAGE, LATER_PAGE]) await fetchChecked(candidate, postgrest, page)
    progress(`${candidate.name}: ok`)
  }
  await stopCandidates(candidates)
  await fetchChecked(createDirect(replay), postgrest, FIRST_PAGE)
  progress('the recorded response: ok')
}
