import type { Test } from 'tap'

interface Molecule {
  id: string
  name: string
}

/** Checks what the documentation promises of every endpoint; `token` is the admin token, if there is one. */
export async function checkContract(t: Test, url: string, token?: string): Promise<void> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return { response, body: isJson && text ? JSON.parse(text) : text }
  }

  const { body: about } = await call('/')
  t.match(about, { name: /^CryoProtect/, status: 'running', supabase_configured: Boolean(token) })
  for (const path of Object.values<string>(about.links)) {
    const own = path.startsWith('/api/') ? {} : headers
    t.equal((await call(path, { headers: own })).response.status, 200, path)
    t.equal((await call(path, { headers: own, method: 'HEAD' })).body, '', `HEAD ${path}`)
  }

  const { response: page, body: html } = await call('/', { headers: { accept: 'text/html' } })
  t.match(page.headers.get('content-type'), 'text/html')
  const [, script] = /<script type="module" src="\.([^"]+)"/.exec(html) ?? []
  const { response: module } = await call(script as string)
  t.match(module.headers.get('content-encoding'), 'gzip', 'the image has compressed files of the page')
  // The production image leaves the packages for structures out.
  t.equal((await call('/api/depict?smiles=CCO')).response.status, token ? 501 : 200)

  const { body: list } = await call('/api/molecules')
  t.match(list, { status: 'success', count: 10 })
  t.equal(list.molecules.length, 10)
  const { body: next } = await call('/api/molecules?limit=3&offset=4')
  t.strictSame(next.molecules, list.molecules.slice(4, 7))
  const { body: found } = await call('/api/molecules?name=gLyC')
  t.strictSame(
    found.molecules.map(({ name }: Molecule) => name),
    ['Glycerol', 'Glycine']
  )
  const [molecule] = list.molecules as Molecule[]
  const { body: one } = await call(`/api/molecules/${molecule?.id}`)
  t.strictSame(one, { status: 'success', molecule })

  const { body: tables } = await call('/supabase/tables', { headers })
  t.ok(['mixtures', 'molecules'].every((table) => tables.tables.includes(table)))
  const { stats } = (await call('/pool/stats', { headers })).body
  t.equal(stats.created - stats.discarded, stats.active_connections)
  t.equal(stats.pool_size + stats.in_use, stats.active_connections)

  const refused: [path: string, status: number, code: string, init?: RequestInit][] = [
    ['/api/molecules?limit=1001', 400, 'BAD_REQUEST'],
    ['/api/molecules?order=id', 400, 'BAD_REQUEST'],
    ['/api/molecules/1', 400, 'BAD_REQUEST'],
    ['/api/molecules', 401, 'INVALID_TOKEN', { headers: { authorization: 'Bearer a.b.c' } }],
    ['/api/molecules/99999999-9999-4999-8999-999999999999', 404, 'NOT_FOUND'],
    ['/nothing', 404, 'NOT_FOUND'],
    ['/api/molecules', 405, 'METHOD_NOT_ALLOWED', { method: 'POST' }]
  ]
  if (token) refused.push(['/supabase/tables', 401, 'UNAUTHORIZED'], ['/pool/stats', 401, 'UNAUTHORIZED'])
  for (const [path, status, code, init] of refused) {
    const { response, body } = await call(path, init)
    t.equal(response.status, status, path)
    t.match(body, { status: 'error', code, message: /./, request_id: response.headers.get('x-request-id') }, path)
  }
}
