// No regular expression of the service takes long over any text: every one in the sources is found and analysed.
import { globSync, readFileSync } from 'node:fs'
import { check } from 'recheck'
import t from 'tap'
import ts from 'typescript'

/** In milliseconds. What is an attack is told by the steps that it costs: by its time a busy machine would be one. */
const LIMITS = { timeout: 20_000, attackTimeout: null }

interface Found {
  place: string
  pattern: RegExp
}

function patternsIn(path: string): Found[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    const place = `${path}:${line + 1}`
    if (ts.isRegularExpressionLiteral(node)) {
      const [, pattern = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? []
      found.push({ place, pattern: new RegExp(pattern, flags) })
    }
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'pattern' && ts.isStringLiteral(node.initializer)) {
      found.push({ place, pattern: new RegExp(node.initializer.text) })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

t.test('every regular expression of the sources', async (t) => {
  const found = globSync('{src,plugins,routes}/**/*.ts').flatMap(patternsIn)
  t.ok(found.length > 30, `${found.length} were found`)
  for (const { place, pattern } of found) {
    const { status } = await check(pattern.source, pattern.flags, LIMITS)
    t.equal(status, 'safe', `${place} ${pattern}`)
  }
})

t.test('the analysis knows a bad one when it sees it', async (t) => {
  for (const pattern of [/^(a+)+$/, /^(a|a)*$/, /\s+$/]) {
    t.equal((await check(pattern.source, pattern.flags, LIMITS)).status, 'vulnerable')
  }
})
