import t from 'tap'
import { securityHeaders } from '../../../src/http/security-headers.ts'
import { noProject, startApp } from '../../support/service/app.ts'

const app = await startApp(t, noProject)
const depict = (query: Record<string, string>, headers = {}) => app.inject({ url: '/api/depict', query, headers })

t.test('a drawing is SVG that its own Content-Security-Policy lets a browser show', async (t) => {
  const { statusCode, headers, body } = await depict({ smiles: 'OCC(O)CO' })
  t.equal(statusCode, 200)
  t.match(headers, { 'content-type': 'image/svg+xml', ...securityHeaders })
  t.match(body, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*role="img"/)
  t.match(body, '<title>OCC(O)CO</title>')
  t.notMatch(body, /style|<script|on\w+=|href/)
})

t.test('a drawing has the size and theme that the caller asks for', async (t) => {
  const widths: number[] = []
  for (const size of ['50', '1000']) {
    const { body } = await depict({ smiles: 'OCCOCCOCCOCCOCCOCCO', size })
    widths.push(Number(/width="(\d+)"/.exec(body)?.[1]))
  }
  t.ok((widths[0] as number) < 61 && (widths[1] as number) > 200, widths.join())
  const [light, dark] = await Promise.all(['light', 'dark'].map((theme) => depict({ smiles: 'CO', theme })))
  t.not(light?.body, dark?.body)
})

t.test('a drawing may be cached for a year, and is 304 for a matching If-None-Match', async (t) => {
  const { headers } = await depict({ smiles: 'CCO' })
  t.equal(headers['cache-control'], 'public, max-age=31536000, immutable')
  const again = await depict({ smiles: 'CCO' }, { 'if-none-match': headers.etag })
  t.equal(again.statusCode, 304)
  t.equal(again.body, '')
  t.equal(again.headers['cache-control'], headers['cache-control'])
})

t.test('a structure that cannot be drawn is rejected with the name of the parameter', async (t) => {
  const cases: [query: Record<string, string>, message: RegExp][] = [
    [{}, /"smiles"/],
    [{ smiles: '' }, /"smiles" must/],
    [{ smiles: 'C1CC' }, /"smiles" must be a valid structure \(dangling ring closure/],
    [{ smiles: 'C(' }, /"smiles" has a parenthesis/],
    [{ smiles: 'C C' }, /"smiles" must be a structure/],
    [{ smiles: 'C'.repeat(251) }, /"smiles" must have at most 250 atoms/],
    [{ smiles: 'C'.repeat(5000) }, /"smiles" must/],
    [{ smiles: 'C', size: '49' }, /"size" must be >= 50/],
    [{ smiles: 'C', size: 'NaN' }, /"size" must be a whole number/],
    [{ smiles: 'C', theme: 'pink' }, /"theme" must/],
    [{ smiles: 'C', color: 'red' }, /"color"/]
  ]
  for (const [query, message] of cases) {
    const response = await depict(query)
    t.equal(response.statusCode, 400, JSON.stringify(query).slice(0, 40))
    t.match(response.json(), { status: 'error', code: 'BAD_REQUEST', message })
    t.not(response.headers['cache-control'], 'public, max-age=31536000, immutable')
  }
})
