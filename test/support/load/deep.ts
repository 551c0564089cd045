import { appendFileSync } from 'node:fs'
import type { Test } from 'tap'

/** Proofs have a short form, for every day, and a long one: `npm run test:deep`. */
export const isDeep = process.env.PROOFS === 'deep'

/** What the form of the day takes of the two. */
export function scale<T>(short: T, long: T): T {
  return isDeep ? long : short
}

/** Notes what a proof has measured; the long form makes a table of it. */
export function figure(t: Test, text: string): void {
  t.comment(text)
  const { PROOFS_FILE } = process.env
  if (PROOFS_FILE) appendFileSync(PROOFS_FILE, `${JSON.stringify({ proof: t.name, figure: text })}\n`)
}
