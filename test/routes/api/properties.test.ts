// Over PostgREST and over the embedded Supabase.
import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const upstreams = { PostgREST: await startApp(t, gateway.environment), 'the embedded Supabase': await startApp(t, {}) }

interface Property {
  numeric_value: number | null
  property_type: { name: string; units: string | null }
}

interface Molecule {
  name: string
  molecular_weight: number | null
  properties: Property[]
}

for (const [upstream, app] of Object.entries(upstreams)) {
  const list = async (query: string): Promise<Molecule[]> => {
    const response = await app.inject(`/api/molecules?limit=1000&${query}`)
    if (response.statusCode !== 200) throw new Error(response.body)
    return response.json().molecules
  }
  const findValue = ({ properties }: Molecule, name: string) =>
    properties.find(({ property_type }) => property_type.name === name)?.numeric_value ?? null
  const all = await list('include=properties')
  const names = (molecules: readonly Molecule[]) => molecules.map(({ name }) => name).sort()

  t.test(`${upstream}: include=properties adds the published values with their units`, async (t) => {
    const [glycerol] = await list('name=glycerol&include=properties')
    t.ok(glycerol && findValue(glycerol, 'LogP') !== null)
    const [weighed] = await list('cid=753&include=properties,mixtures&select=name')
    t.strictSame(Object.keys(weighed ?? {}), ['name', 'properties', 'mixtures'])
  })

  t.test(`${upstream}: include=synonyms adds the other names of a molecule`, async (t) => {
    const response = await app.inject('/api/molecules?cid=679&select=name&include=synonyms')
    const [{ synonyms }] = response.json().molecules
    t.match(
      synonyms.find(({ name }: { name: string }) => name === 'DMSO'),
      { kind: 'abbreviation' }
    )
  })

  t.test(`${upstream}: include=molecules says of each property type how many molecules have it`, async (t) => {
    const types = (await app.inject('/api/property-types?limit=1000&include=molecules')).json().property_types
    const counts = types.map(({ name, molecules }: { name: string; molecules: unknown }) => [name, molecules])
    const has = (name: string) => (molecule: Molecule) =>
      molecule.properties.some(({ property_type }) => property_type.name === name)
    t.strictSame(
      counts,
      counts.map(([name]: [string]) => [name, [{ count: all.filter(has(name)).length }]])
    )
    t.match(Object.fromEntries(counts), { 'Critical Cooling Rate': [{ count: 0 }], LogP: [{ count: 74 }] })
    const { id } = types.find(({ name }: { name: string }) => name === 'LogP')
    const item = await app.inject(`/api/property-types/${id}?select=name&include=molecules`)
    t.match(item.json(), { property_type: { name: 'LogP', molecules: [{ count: 74 }] } })
  })

  t.test(`${upstream}: a column is filtered by all comparisons given`, async (t) => {
    const found = await list('molecular_weight=gte.90&molecular_weight=lt.92.1')
    const expected = all.filter(({ molecular_weight: weight }) => weight !== null && weight >= 90 && weight < 92.1)
    t.ok(expected.length > 3)
    t.strictSame(names(found), names(expected))
  })

  t.test(`${upstream}: a property is filtered by all comparisons given, beside other filters`, async (t) => {
    const found = await list('property=LogP.gte.-1&property=LogP.lte.0.5&property=Rotatable%20Bond%20Count.gt.1&q=ol')
    const expected = all.filter((molecule) => {
      const logP = findValue(molecule, 'LogP')
      return logP !== null && logP >= -1 && logP <= 0.5 && Number(findValue(molecule, 'Rotatable Bond Count')) > 1
    })
    const containing = new Set(names(await list('q=ol')))
    t.ok(found.length > 2)
    t.strictSame(names(found), names(expected.filter(({ name }) => containing.has(name))))
  })

  t.test(`${upstream}: order by a property puts molecules without it last, in either direction`, async (t) => {
    for (const direction of ['asc', 'desc']) {
      const values = (await list(`order=property.LogP.${direction}&include=properties`)).map((one) =>
        findValue(one, 'LogP')
      )
      const known = values.filter((value) => value !== null)
      t.ok(known.length < values.length)
      t.strictSame(values.slice(0, known.length), known)
      const ascending = known.toSorted((a, b) => a - b)
      t.strictSame(known, direction === 'asc' ? ascending : ascending.reverse())
    }
  })

  t.test(`${upstream}: pages in the order of a property pass every molecule once, in that order`, async (t) => {
    const query = 'order=property.LogP.desc&property=LogP.gte.-100'
    const expected = (await list(query)).map(({ name }) => name)
    const seen: string[] = []
    let next: string | undefined = `/api/molecules?limit=30&${query}`
    while (next) {
      const { headers, body }: Awaited<ReturnType<typeof app.inject>> = await app.inject(next)
      seen.push(...JSON.parse(body).molecules.map(({ name }: Molecule) => name))
      next = /<([^>]*)>; rel="next"/.exec(String(headers.link))?.[1]
    }
    t.ok(seen.length > 30)
    t.strictSame(seen, expected)
  })

  t.test(`${upstream}: what is no comparison, no property or cannot be combined is rejected by name`, async (t) => {
    const rejected: [query: string, message: RegExp][] = [
      ...[
        '',
        '90',
        'gte.',
        'gte.abc',
        'gte.NaN',
        'gte.90g/mol',
        'gte.1e3',
        'GTE.1',
        'like.9',
        'gte.1&molecular_weight=x'
      ].map((value): [string, RegExp] => [
        `molecular_weight=${value}`,
        /^The query parameter "molecular_weight" must be /
      ]),
      [
        Array(11).fill('molecular_weight=gte.1').join('&'),
        /^The query parameter "molecular_weight" must be at most 10/
      ],
      ['property=LogP', /^The query parameter "property" must be /],
      ['property=LogP.gte.1%25', /^The query parameter "property" must be /],
      ['property=logp.gte.1', /^The query parameter "property" names no numeric property: "logp"/],
      [
        'property=Cell%20Permeating.eq.1',
        /^The query parameter "property" names no numeric property: "Cell Permeating"/
      ],
      ['order=property.Nothing.asc', /^The query parameter "order" names no numeric property: "Nothing"/],
      ['order=property.asc', /^The query parameter "order" must be /],
      ['order=property.LogP.asc,property.LogP.desc', /^The query parameter "order" must be /],
      ['order=property.LogP.asc&after=', /^The query parameter "order" by a property cannot be combined with "after"/],
      ['include=', /^The query parameter "include" must be /],
      ['include=owners', /^The query parameter "include" must be /],
      ['include=properties,properties', /^The query parameter "include" must be /]
    ]
    for (const [query, message] of rejected) {
      const response = await app.inject(`/api/molecules?${query}`)
      t.equal(response.statusCode, 400, query)
      t.match(response.json().message, message)
    }
  })
}
