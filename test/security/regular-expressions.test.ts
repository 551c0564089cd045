// Analyzes every regular expression in the sources for catastrophic backtracking.
import { globSync, readFileSync } from 'node:fs'
import { check } from 'recheck'
import t from 'tap'
import ts from 'typescript'

/** Milliseconds. Without `attackTimeout` vulnerability is decided by steps: time would depend on the machine's load. */
const LIMITS = { timeout: 20_000, attackTimeout: null }

interface FoundPattern {
  location: string
  pattern: RegExp
}

function findPatterns(path: string): FoundPattern[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: FoundPattern[] = []
  const visit = (node: ts.Node): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    const location = `${path}:${line + 1}`
    if (ts.isRegularExpressionLiteral(node)) {
      const [, pattern = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? []
      found.push({ location, pattern: new RegExp(pattern, flags) })
    }
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'pattern' && ts.isStringLiteral(node.initializer)) {
      found.push({ location, pattern: new RegExp(node.initializer.text) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

t.test('no regular expression in the sources is vulnerable to catastrophic backtracking', async (t) => {
  const found = globSync('{src,plugins,routes}/**/*.ts').flatMap(findPatterns)
  t.ok(found.length > 30, `${found.length} found`)
  for (const { location, pattern } of found) {
    const { status } = await check(pattern.source, pattern.flags, LIMITS)
    t.equal(status, 'safe', `${location} ${pattern}`)
  }
})

t.test('the analysis finds vulnerable regular expressions', async (t) => {
  for (const pattern of [/^(a+)+$/, /^(a|a)*$/, /\s+$/]) {
    t.equal((await check(pattern.source, pattern.flags, LIMITS)).status, 'vulnerable')
  }
})
