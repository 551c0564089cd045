import { checkedAnswer } from './answers.ts'
import { contenderNames, direct, startContenders, stopContenders, type Upstream } from './contenders.ts'

const FIRST = { limit: 10, offset: 0 }
const LATER = { limit: 10, offset: 20 }

/** Checks that every contender gives what the real PostgREST has, without measuring anything. */
export async function checkContenders(
  postgrest: Upstream,
  replay: Upstream,
  told: (text: string) => void
): Promise<void> {
  const contenders = await startContenders(postgrest, contenderNames)
  for (const contender of Object.values(contenders)) {
    for (const page of [FIRST, LATER]) await checkedAnswer(contender, postgrest, page)
    told(`${contender.name}: right`)
  }
  await stopContenders(contenders)
  await checkedAnswer(direct(replay), postgrest, FIRST)
  told('the recorded answer: right')
}
