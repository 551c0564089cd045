// Which tests count for coverage. V8 runs everything several times slower while it counts, threads and packages included: those
// that generate load, faults and random input, or compute much, run at full speed, and what they happen to reach is not counted.

const UNCOUNTED = [
  'test/bench/',
  'test/docs/',
  'test/resilience/',
  'test/routes/rest/equality.test.ts',
  'test/scripts/',
  'test/security/fuzzed-requests.test.ts',
  'test/security/long-values.test.ts',
  'test/security/regular-expressions.test.ts',
  'test/security/slow-clients.test.ts',
  'test/src/chemistry/search.test.ts',
  'test/src/http/openapi-examples.test.ts',
  'test/src/pool/model.test.ts',
  'test/src/settings-range.test.ts'
]

/** For tap: no files, which is all of them, or `null` for a test that does not count. */
export default function mapCoverage(test: string): [] | null {
  return UNCOUNTED.some((path) => test.startsWith(path)) ? null : []
}
