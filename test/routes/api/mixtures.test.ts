// Over PostgREST and over the embedded Supabase.
import t from 'tap'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const gateway = await startGateway()
t.teardown(() => gateway.close())
const upstreams = { PostgREST: await startApp(t, gateway.environment), 'the embedded Supabase': await startApp(t, {}) }

const DMSO = '7c68f6e5-1350-4a12-9af5-c37e1727ea05'

interface Mixture {
  id: string
  name: string
  components: { concentration: number; concentration_unit: string; molecule: { id: string; name: string } }[]
}

for (const [upstream, app] of Object.entries(upstreams)) {
  const get = async (url: string) => {
    const response = await app.inject(url)
    t.equal(response.statusCode, 200, url)
    return response.json()
  }

  t.test(`${upstream}: a mixture has all its components with concentrations and units`, async (t) => {
    const { mixtures } = await get('/api/mixtures?name=vs55')
    const [vs55] = mixtures as [Mixture]
    t.strictSame(vs55.components.map(({ molecule }) => molecule.name).sort(), [
      'Dimethyl sulfoxide',
      'Formamide',
      'Propylene glycol'
    ])
    t.ok(vs55.components.every(({ concentration, concentration_unit }) => concentration > 0 && concentration_unit))
    t.strictSame((await get(`/api/mixtures/${vs55.id}`)).mixture, vs55)
  })

  t.test(`${upstream}: component finds mixtures by any name or the id of a molecule in them`, async (t) => {
    const all: Mixture[] = (await get('/api/mixtures?limit=1000')).mixtures
    const expected = all.filter(({ components }) => components.some(({ molecule }) => molecule.id === DMSO))
    t.ok(expected.length > 3 && expected.length < all.length)
    for (const component of ['DMSO', 'dimethyl sulfoxide', 'Me2SO', DMSO]) {
      const { mixtures } = await get(`/api/mixtures?limit=1000&component=${encodeURIComponent(component)}`)
      t.strictSame(mixtures, expected, component)
    }
    t.strictSame((await get('/api/mixtures?component=DMS')).mixtures, [], 'not by a part of a name')
  })

  t.test(`${upstream}: experiments are filtered by mixture, type, component and value`, async (t) => {
    const list = async (query: string) => (await get(`/api/experiments?limit=1000&${query}`)).experiments
    const all = await list('')
    t.ok(all.length > 10)
    const type = 'Critical Cooling Rate'
    const ofType = all.filter((one: { property_type: { name: string } }) => one.property_type.name === type)
    t.ok(ofType.length > 2)
    t.strictSame(await list(`type=${encodeURIComponent(type)}`), ofType)
    const high = ofType.filter((one: { numeric_value: number }) => one.numeric_value >= 10)
    t.strictSame(await list(`type=${encodeURIComponent(type)}&numeric_value=gte.10`), high)
    const [{ mixture }] = ofType
    const inMixture = all.filter((one: { mixture: { id: string } }) => one.mixture.id === mixture.id)
    t.strictSame(await list(`mixture=${mixture.id.toUpperCase()}`), inMixture)
    t.ok((await list('component=DMSO')).length > 0)
    const { mixtures } = await get(`/api/mixtures?name=${encodeURIComponent(mixture.name)}&include=experiments`)
    t.equal(mixtures[0].experiments.length, inMixture.length)
    t.equal((await app.inject('/api/experiments?mixture=x')).statusCode, 400)
  })

  t.test(`${upstream}: property types have units, and are found by name`, async (t) => {
    t.match(await get('/api/property-types?name=Critical%20Cooling%20Rate'), {
      count: 1,
      property_types: [{ data_type: 'numeric', units: '°C/min' }]
    })
  })

  t.test(`${upstream}: mixtures and experiments are pages, CSV and NDJSON as molecules are`, async (t) => {
    for (const [path, key] of [
      ['mixtures', 'mixtures'],
      ['experiments', 'experiments'],
      ['property-types', 'property_types']
    ] as const) {
      const whole: { id: string }[] = (await get(`/api/${path}?limit=1000&order=created_at.desc`))[key]
      const ids: string[] = []
      let next: string | undefined = `/api/${path}?limit=4&after=&order=created_at.desc`
      while (next) {
        const response: Awaited<ReturnType<typeof app.inject>> = await app.inject(next)
        ids.push(...response.json()[key].map(({ id }: { id: string }) => id))
        next = /<([^>]*)>; rel="next"/.exec(String(response.headers.link))?.[1]
      }
      t.strictSame(
        ids,
        whole.map(({ id }) => id),
        path
      )
      const csv = await app.inject({ url: `/api/${path}?limit=2&select=id`, headers: { accept: 'text/csv' } })
      t.equal(csv.body.split('\r\n').length, 4, path)
    }
  })
}
