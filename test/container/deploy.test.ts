// Quadlet accepts the units in deploy/.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const units = fileURLToPath(new URL('../../deploy/quadlet', import.meta.url))
// Fedora installs it outside of PATH.
const PATH = `${process.env.PATH}:/usr/libexec/podman`
const options = { env: { ...process.env, PATH, QUADLET_UNIT_DIRS: units }, encoding: 'utf8' } as const
const { error, status, stdout, stderr } = spawnSync('quadlet', ['-dryrun', '-user'], options)

t.test('Quadlet generates a service from the unit', { skip: error ? 'Quadlet is not installed' : false }, (t) => {
  t.equal(status, 0, stderr)
  t.match(stdout, '---cryoprotect-api.service---')
  t.match(stdout, /^ExecStart=/m)
  t.end()
})
