// The clients: a process of their own, so that what they cost is nobody else's.
import autocannon from 'autocannon'
import { percentile } from '../../test/support/load/load.ts'
import { ready } from './child.ts'

export interface LoadTask {
  url: string
  /** What is asked for; each client goes through a share of them, again and again. */
  paths: string[]
  headers: Readonly<Record<string, string>>
  /** How many ask at a time, each over one connection. */
  clients: number
  requests: number
  /** The body of an answer. Where there are several pages, theirs are as long. */
  body: string
}

/** Times are milliseconds. */
export interface LoadResult {
  /** Requests per second. */
  rate: number
  p50: number
  p99: number
  /** Answers with another status than 200, with another body, or missing. */
  failures: number
}

ready({})
process.on('message', async (task: LoadTask) => process.send?.(await load(task)))

async function load({ url, paths, headers, clients, requests, body }: LoadTask): Promise<LoadResult> {
  const times: number[] = []
  let status = 0
  let right = 0
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
      // autocannon ends at the next sample only, which is a second long unless said.
      sampleInt: 20,
      setupClient: (one) => {
        const from = (client++ * share) % paths.length
        one.setRequests(paths.slice(from, from + share).map((path) => ({ method: 'GET', path })))
      },
      // autocannon tells of an answer's status first, and of its body right after.
      verifyBody: (answer) => {
        const isRight = status === 200 && (paths.length === 1 ? answer === body : answer?.length === body.length)
        if (isRight) right++
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
    failures: requests - right
  }
}
