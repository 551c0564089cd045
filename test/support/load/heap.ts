import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../service/process.ts'

const onSignal = `
  import { setFlagsFromString } from 'node:v8'
  import { runInNewContext } from 'node:vm'
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  process.on('SIGWINCH', () => {
    gc()
    gc()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    console.log('heap ' + (heapUsed + arrayBuffers))
  })`

/** Settings of Node with which a service tells how much memory it needs, without what the collector has left to collect. */
export const tellingHeap = {
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,${encodeURIComponent(onSignal)}`
}

/** Asks a service that was started with `tellingHeap`; in MB. */
export async function heapOf({ child, output }: Service): Promise<number> {
  const told = () => [...output.text.matchAll(/^heap (\d+)$/gm)]
  const before = told().length
  child.kill('SIGWINCH')
  while (told().length === before) await sleep(10)
  return Number(told().at(-1)?.[1]) / 1024 / 1024
}
