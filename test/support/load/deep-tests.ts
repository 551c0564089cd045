import { appendFileSync } from 'node:fs'
import type { Test } from 'tap'

/** Whether the tests run in their long form: `npm run test:deep`. */
export const isDeep = process.env.TEST_DEEP === 'true'

/** The first value with `npm test`, the second with `npm run test:deep`. */
export function scale<T>(short: T, deep: T): T {
  return isDeep ? deep : short
}

/** Reports what a test has measured; `npm run test:deep` prints a table of these. */
export function reportFigure(t: Test, figure: string): void {
  t.comment(figure)
  const { TEST_FIGURES_FILE } = process.env
  if (TEST_FIGURES_FILE) appendFileSync(TEST_FIGURES_FILE, `${JSON.stringify({ test: t.name, figure })}\n`)
}
