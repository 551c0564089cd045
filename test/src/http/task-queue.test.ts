import t from 'tap'
import { createTaskQueue } from '../../../src/http/task-queue.ts'

t.test('a task begins when the one before has ended, well or not', async (t) => {
  const queue = createTaskQueue()
  const first = Promise.withResolvers<string>()
  const begun: number[] = []
  const begin = (n: number, result: Promise<string>) =>
    queue(() => {
      begun.push(n)
      return result
    })
  const results = [begin(1, first.promise), begin(2, Promise.reject(new Error('no'))), begin(3, Promise.resolve('yes'))]
  const settled = Promise.allSettled(results)
  await Promise.resolve()
  t.strictSame(begun, [1])
  first.resolve('first')
  t.match(await settled, [{ value: 'first' }, { reason: { message: 'no' } }, { value: 'yes' }])
  t.strictSame(begun, [1, 2, 3])
})
