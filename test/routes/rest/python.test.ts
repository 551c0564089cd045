// A client of the Data API in Python, with `requests`: what differs from asking Supabase is the URL.
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { pythonIsMissing, runPython } from '../../support/python.ts'
import { startApp } from '../../support/service/app.ts'
import { startGateway } from '../../support/upstream/gateway.ts'

const SCRIPT = `
import json, os
import requests

session = requests.Session()
session.headers.update({"apikey": os.environ["KEY"], "Authorization": "Bearer " + os.environ["TOKEN"]})
rest = os.environ["URL"] + "/rest/v1"
found = []

def note(response):
    found.append([response.status_code, response.headers.get("Content-Range"), response.json() if response.text else None])
    return response

note(session.get(f"{rest}/molecules", params={"select": "name,cid", "name": "ilike.%gly%", "order": "name", "limit": 2},
    headers={"Prefer": "count=exact"}))
note(session.get(f"{rest}/molecules", params={"select": "name,mixture_components(concentration)", "name": "eq.Glycerol"}))
note(session.post(f"{rest}/rpc/count_molecules", json={"prefix": "glyc"}))
row = note(session.post(f"{rest}/notes", json={"text": "冷"}, headers={"Prefer": "return=representation"})).json()[0]
of_row = {"id": "eq." + row["id"]}
note(session.patch(f"{rest}/notes", params=of_row, json={"text": "kalt"}, headers={"Prefer": "return=minimal"}))
found.append([row["text"], session.get(f"{rest}/notes", params={**of_row, "select": "text"}).json()])
note(session.delete(f"{rest}/notes", params=of_row))
note(session.get(f"{rest}/nothing"))
found.append(session.get(f"{rest}/molecules", params={"select": "name", "limit": 1, "order": "name"}, headers={"Accept": "text/csv"}).text)
print(json.dumps([entry if not (isinstance(entry, list) and entry[0] == 201) else 201 for entry in found]))
`

t.test("a Python client works with the service's URL", { skip: pythonIsMissing }, async (t) => {
  const project = await startGateway()
  t.teardown(() => project.close())
  const app = await startApp(t, { ...project.environment, GATEWAY: 'all' })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const env = { KEY: project.keys.anon, TOKEN: project.userToken(randomUUID()) }
  const [direct, relayed] = [
    await runPython(SCRIPT, { ...env, URL: project.url }),
    await runPython(SCRIPT, { ...env, URL: url })
  ]
  t.match(direct.code, 0)
  t.match(JSON.parse(direct.output), [[206, /^0-1/], [200], [200, '0-0/*', 2], 201, [204], ['冷', [{ text: 'kalt' }]]])
  t.strictSame(relayed, direct)
})
