// The clients, in a process of their own, so that their CPU time is not a candidate's.
import autocannon from 'autocannon'
import { percentile } from '../../test/support/load/percentile.ts'
import { reportReady } from './child.ts'

export interface LoadTask {
  url: string
  /** Each client requests its own share of these, in turns. */
  paths: string[]
  headers: Readonly<Record<string, string>>
  /** Concurrent clients, each with one connection. */
  clients: number
  requests: number
  /** The expected body. With several paths, all bodies have its length. */
  body: string
}

export interface LoadResult {
  /** Requests per second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Responses with a status other than 200, with the wrong body, or missing. */
  failures: number
}

reportReady({})
process.on('message', async (task: LoadTask) => process.send?.(await runLoad(task)))

async function runLoad({ url, paths, headers, clients, requests, body }: LoadTask): Promise<LoadResult> {
  const times: number[] = []
  let status = 0
  let correct = 0
  let end = 0
  let client = 0
  const share = Math.ceil(paths.length / clients)
  const finished = Promise.withResolvers<void>()
  const start = performance.now()
  const run = autocannon(
    {
      url,
      headers: { ...headers },
      connections: clients,
      amount: requests,
      // autocannon ends with a sample, whose default length is a second.
      sampleInt: 20,
      setupClient: (one) => {
        const from = (client++ * share) % paths.length
        one.setRequests(paths.slice(from, from + share).map((path) => ({ method: 'GET', path })))
      },
      // Called right after the event 'response', which has the status.
      verifyBody: (received) => {
        const isRight = status === 200 && (paths.length === 1 ? received === body : received?.length === body.length)
        if (isRight) correct++
        return isRight
      }
    },
    (error) => (error ? finished.reject(error) : finished.resolve())
  )
  run.on('response', (_client, statusCode, _bytes, time) => {
    end = performance.now()
    status = statusCode
    times.push(time)
  })
  await finished.promise
  return {
    rate: times.length / ((end - start) / 1000),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    failures: requests - correct
  }
}
