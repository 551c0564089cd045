import { preload, type Service } from '../service/process.ts'
import { waitFor } from '../wait.ts'

/** Environment of a service that `measureHeap` can ask. */
export const reportHeapOnSignal = preload(`
  import { setFlagsFromString } from 'node:v8'
  import { runInNewContext } from 'node:vm'
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  process.on('SIGWINCH', () => {
    gc()
    gc()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    console.log('heap ' + (heapUsed + arrayBuffers))
  })`)

/** Memory in use after a garbage collection, in MB, of a service started with `reportHeapOnSignal`. */
export async function measureHeap({ child, output }: Service): Promise<number> {
  const reports = () => [...output.text.matchAll(/^heap (\d+)$/gm)]
  const before = reports().length
  child.kill('SIGWINCH')
  await waitFor(() => reports().length > before)
  return Number(reports().at(-1)?.[1]) / 1024 / 1024
}
