import { candidateNames, direct, startCandidates, stopCandidates, type Upstream } from '../candidates/candidates.ts'
import { fetchChecked } from './fetch-checked.ts'

const FIRST = { limit: 10, offset: 0 }
const LATER = { limit: 10, offset: 20 }

/** Checks that every candidate gives what the real PostgREST has, without measuring anything. */
export async function checkCandidates(
  postgrest: Upstream,
  replay: Upstream,
  progress: (text: string) => void
): Promise<void> {
  const candidates = await startCandidates(postgrest, candidateNames)
  for (const candidate of Object.values(candidates)) {
    for (const page of [FIRST, LATER]) await fetchChecked(candidate, postgrest, page)
    progress(`${candidate.name}: right`)
  }
  await stopCandidates(candidates)
  await fetchChecked(direct(replay), postgrest, FIRST)
  progress('the recorded answer: right')
}
