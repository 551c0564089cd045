// The Python that the documentation of the API shows runs as it is, but for the address.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { readPages } from '../support/docs/pages.ts'
import { pythonIsMissing, runPython } from '../support/python.ts'
import { startApp } from '../support/service/app.ts'

t.test(
  'the Python of the documentation writes all molecules with their properties',
  { skip: pythonIsMissing },
  async (t) => {
    const app = await startApp(t, {})
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const page = readPages().find(({ path }) => path.endsWith('api.md'))
    const [, script = ''] = /^```python\n(.*?)^```$/ms.exec(page?.text ?? '') ?? []
    const file = `${t.testdir()}/molecules.csv`
    const local = script.replace('http://localhost:5000', url).replace('"molecules.csv"', JSON.stringify(file))
    t.equal((await runPython(local)).code, 0)
    const table = readFileSync(file, 'utf8')
    const lines = table.trim().split('\r\n')
    t.equal(lines.length - 1, (await app.inject('/api/molecules?count=exact')).json().total)
    t.match(lines[0], /^id,name,smiles,molecular_weight,.*Melting Point/)
    t.match(table, /,Dimethyl sulfoxide,CS\(C\)=O,78\.13,.*True/)
    t.equal((await runPython(local.replace('limit=1000', 'limit=0'))).code, 1, 'a failure ends it')
  }
)
