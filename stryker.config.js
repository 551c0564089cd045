// Mutation testing: https://stryker-mutator.io/docs/stryker-js/configuration/
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['src/pool/**/*.ts', 'src/supabase/**/*.ts'],
  testRunner: 'tap',
  tap: {
    testFiles: ['test/src/pool/*.test.ts', 'test/src/supabase/*.test.ts', 'test/src/pool/model.test.ts']
  },
  coverageAnalysis: 'perTest',
  reporters: ['clear-text', 'progress', 'json'],
  // There is none by that name: Stryker would rewrite the real one, with an interface that TypeScript 7 has no more.
  tsconfigFile: 'none.json'
}
