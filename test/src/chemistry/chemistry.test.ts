import { execFile } from 'node:child_process'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { Chemistry } from '../../../src/chemistry/chemistry.ts'
import { slowStructure } from '../../support/chemistry/generated.ts'

const glycerol = { smiles: 'OCC(O)CO', size: 200, theme: 'light', title: 'Glycerol' } as const

/** On a machine that is busy with other tests. */
const options = { timeoutMs: 60_000 }

t.test('without packages every computation says which are missing', async (t) => {
  for (const name of ['openchemlib', 'piscina']) {
    const hooks = registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier !== name) return next(specifier, context)
        throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' })
      }
    })
    const chemistry = new Chemistry(options)
    await t.rejects(chemistry.draw(glycerol), { statusCode: 501, message: /openchemlib and piscina/ }, name)
    hooks.deregister()
    await chemistry.close()
  }
})

t.test('a failure that is no limit stays what it is', async (t) => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier !== 'piscina') return next(specifier, context)
      throw Object.assign(new Error('broken'), { code: 'EIO' })
    }
  })
  const broken = new Chemistry(options)
  await t.rejects(broken.draw(glycerol), { code: 'EIO' })
  hooks.deregister()
  await broken.close()

  const chemistry = new Chemistry(options)
  t.teardown(() => chemistry.close())
  const smiles = (() => 'C') as unknown as string
  await t.rejects(chemistry.toMolfiles([{ smiles, name: '' }]), { name: 'DataCloneError' })
})

t.test('after a task that took too long the next one has its full time', async (t) => {
  const chemistry = new Chemistry({ timeoutMs: 1_000 })
  t.teardown(() => chemistry.close())
  await t.rejects(chemistry.draw({ ...glycerol, smiles: slowStructure }), { code: 'CHEMISTRY_OVERLOADED' })
  t.ok(await chemistry.draw(glycerol))
})

t.test('a task that takes long is given up once others wait, and these are computed', async (t) => {
  const chemistry = new Chemistry({ timeoutMs: 60_000, turnMs: 200 })
  t.teardown(() => chemistry.close())
  await chemistry.draw(glycerol)
  const rejected = t.rejects(chemistry.draw({ ...glycerol, smiles: slowStructure }), { code: 'CHEMISTRY_OVERLOADED' })
  t.ok(await chemistry.draw({ ...glycerol, title: 'Waits' }))
  await rejected
})

t.test('a thread that cannot start ends nothing else, and is started again later', async (t) => {
  const script = join(import.meta.dirname, '../../support/chemistry/draw-without-descriptors.ts')
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n 60 && exec "$0" "$1"', process.execPath, script])
  t.strictSame(JSON.parse(stdout), [
    ...['ERR_INVALID_PACKAGE_CONFIG', 'drawn'],
    ...['drawn', 'CHEMISTRY_OVERLOADED', 'drawn']
  ])
})

t.test('drawings and molfiles are made in a thread', async (t) => {
  const chemistry = new Chemistry(options)
  t.teardown(() => chemistry.close())
  const svg = await chemistry.draw(glycerol)
  t.match(svg, '<title>Glycerol</title>')
  t.equal(await chemistry.draw(glycerol), svg)
  const names = Array.from({ length: 120 }, (_, i) => `Molecule ${i}`)
  const molfiles = await chemistry.toMolfiles(
    names.map((name, i) => ({ name, smiles: i === 7 ? null : i === 8 ? 'garbage' : 'CCO' }))
  )
  t.strictSame(
    molfiles.map((molfile) => molfile.split('\n')[0]),
    names
  )
  const empty = molfiles.flatMap((molfile, i) => (/^ {2}0 {2}0/m.test(molfile) ? i : []))
  t.strictSame(empty, [7, 8], 'no structure, and one that cannot be read')
})

t.test('the thread has nothing of the environment', async (t) => {
  const { NODE_OPTIONS = '' } = process.env
  t.teardown(() => void Object.assign(process.env, { NODE_OPTIONS }))
  process.env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent("throw new Error('read')")}`
  const chemistry = new Chemistry(options)
  t.teardown(() => chemistry.close())
  t.ok(await chemistry.draw(glycerol))
})

t.test('a drawing that many ask for at a time is made once, so that none is too many', async (t) => {
  const chemistry = new Chemistry(options)
  t.teardown(() => chemistry.close())
  const drawings = await Promise.all(Array.from({ length: 250 }, () => chemistry.draw(glycerol)))
  t.equal(new Set(drawings).size, 1)
})

t.test('a bad SMILES is an error of the caller, and the thread goes on', async (t) => {
  const chemistry = new Chemistry(options)
  t.teardown(() => chemistry.close())
  await t.rejects(chemistry.draw({ ...glycerol, smiles: 'C1CC' }), { name: 'InvalidStructureError' })
  t.ok(await chemistry.draw(glycerol))
})

t.test('what takes too long, or too many others wait for, is given up; others are not affected', async (t) => {
  const slow = new Chemistry({ timeoutMs: 1 })
  t.teardown(() => slow.close())
  await t.rejects(slow.draw({ ...glycerol, smiles: 'C'.repeat(250) }), {
    statusCode: 503,
    code: 'CHEMISTRY_OVERLOADED'
  })

  const chemistry = new Chemistry({ ...options, turnMs: 60_000 })
  t.teardown(() => chemistry.close())
  await chemistry.draw(glycerol)
  const results = await Promise.allSettled(
    Array.from({ length: 250 }, (_, i) => chemistry.draw({ ...glycerol, title: `${i}` }))
  )
  const rejected = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  t.equal(rejected.length, 50)
  for (const { reason } of rejected) t.equal(reason.code, 'CHEMISTRY_OVERLOADED')
  t.ok(await chemistry.draw(glycerol))
})

t.test('closing ends the thread and rejects what waits for it', async (t) => {
  const chemistry = new Chemistry(options)
  await chemistry.draw(glycerol)
  const waiting = t.rejects(chemistry.draw({ ...glycerol, smiles: 'C'.repeat(250) }), { code: 'CHEMISTRY_OVERLOADED' })
  await chemistry.close()
  await waiting
  await t.rejects(chemistry.draw({ ...glycerol, smiles: 'CCO' }), { code: 'CHEMISTRY_OVERLOADED' })
  await new Chemistry().close()
})
