// The baseline: the least that a Node process can do for this response. No framework, no validation, the bytes as they come.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import { getPort, readOptions, reportReady } from '../harness/child.ts'
import type { CandidateOptions } from './candidates.ts'

const { upstream, headers, connections } = readOptions<CandidateOptions>()
const pool = new Pool(upstream, { connections, pipelining: 1 })
const CLOSE = Buffer.from('}')

class Wrap implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse
  readonly #chunks: Buffer[] = []
  #count = 0

  constructor(response: ServerResponse) {
    this.#response = response
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, _status: number, headers: object): void {
    const [first, last] = String((headers as Record<string, string>)['content-range']).split(/[-/]/)
    this.#count = Number(last) - Number(first) + 1
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const open = Buffer.from(`{"status":"success","count":${this.#count},"molecules":`)
    const body = Buffer.concat([open, ...this.#chunks, CLOSE])
    this.#response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length })
      .end(body)
  }

  onResponseError(): void {
    this.#response.writeHead(502).end()
  }
}

const server = createServer((request, response) => {
  const [, query] = (request.url as string).split('?')
  pool.dispatch({ method: 'GET', path: `/rest/v1/molecules?${query}`, headers }, new Wrap(response))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
reportReady({ url: `http://127.0.0.1:${getPort(server.address())}` })
