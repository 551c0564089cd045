import { spawnSync } from 'node:child_process'
import t from 'tap'
import { readDescriptorLimit } from '../../../src/http/descriptor-limit.ts'

t.test('the limit of open files is read as the system tells it', (t) => {
  const limits = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}              524288               files     \n`
  const dir = t.testdir({ limited: limits('1024'), unlimited: limits('unlimited'), other: '' })
  t.equal(readDescriptorLimit(`${dir}/limited`), 1024)
  for (const name of ['unlimited', 'other', 'none']) t.equal(readDescriptorLimit(`${dir}/${name}`), undefined, name)
  t.end()
})

t.test('without a path it is that of this process', { skip: process.platform !== 'linux' && 'Linux only' }, (t) => {
  // Node raises the soft limit to the hard one.
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' })
  const hard = stdout.trim()
  t.equal(readDescriptorLimit(), hard === 'unlimited' ? undefined : Number(hard))
  t.end()
})
