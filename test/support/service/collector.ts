import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it arrived; times are nanoseconds. */
export interface ReceivedSpan {
  traceId: string
  spanId: string
  /** Empty for the first of a trace. */
  parentSpanId: string
  traceState: string
  name: string
  kind: number
  start: bigint
  end: bigint
  attributes: Record<string, unknown>
  /** 2 is an error. */
  status: number
  resource: Record<string, unknown>
}

/** Something that receives traces by OTLP over HTTP, in protobuf. */
export interface Collector {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** What it was sent, as it stood on the wire. */
  readonly bodies: readonly Buffer[]
  readonly headers: readonly IncomingHttpHeaders[]
  /** The status that it responds with. */
  status: number
  /** Resolves when so many have arrived. */
  received(count: number): Promise<void>
  close(): Promise<void>
}

export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = []
  const bodies: Buffer[] = []
  const headers: IncomingHttpHeaders[] = []
  const arrivals: (() => void)[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    bodies.push(body)
    headers.push(request.headers)
    if (collector.status === 200 && request.url === '/v1/traces') spans.push(...parseSpans(body))
    response.writeHead(collector.status, { 'content-type': 'application/x-protobuf' }).end()
    for (const arrival of arrivals) arrival()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    headers,
    status: 200,
    received: async (count) => {
      while (spans.length < count) await new Promise<void>((resolve) => arrivals.push(resolve))
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    }
  }
  return collector
}

/** The values of a protobuf message by the number of their field: https://protobuf.dev/programming-guides/encoding/ */
type Message = Map<number, (bigint | Buffer)[]>

function decode(bytes: Buffer): Message {
  const message: Message = new Map()
  let place = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[place++] as number
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const take = (length: number) => {
    place += length
    return bytes.subarray(place - length, place)
  }
  // By the type on the wire.
  const readers: Record<number, () => bigint | Buffer> = {
    0: varint,
    1: () => take(8).readBigUInt64LE(),
    2: () => take(Number(varint())),
    5: () => take(4)
  }
  while (place < bytes.length) {
    const tag = Number(varint())
    const value = readers[tag & 7]?.() as bigint | Buffer
    const field = tag >> 3
    message.set(field, [...(message.get(field) ?? []), value])
  }
  return message
}

const messages = (message: Message, field: number) => (message.get(field) ?? []).map((bytes) => decode(bytes as Buffer))
const bytes = (message: Message, field: number) => (message.get(field)?.[0] ?? Buffer.alloc(0)) as Buffer
const number = (message: Message, field: number) => (message.get(field)?.[0] ?? 0n) as bigint

/** Field numbers are those of opentelemetry/proto/trace/v1/trace.proto. */
function parseSpans(body: Buffer): ReceivedSpan[] {
  return messages(decode(body), 1).flatMap((resourceSpans) => {
    const resource = messages(resourceSpans, 1).map((message) => parseAttributes(message, 1))[0] ?? {}
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => ({
        traceId: bytes(span, 1).toString('hex'),
        spanId: bytes(span, 2).toString('hex'),
        traceState: bytes(span, 3).toString(),
        parentSpanId: bytes(span, 4).toString('hex'),
        name: bytes(span, 5).toString(),
        kind: Number(number(span, 6)),
        start: number(span, 7),
        end: number(span, 8),
        attributes: parseAttributes(span, 9),
        status: Number(messages(span, 15).map((status) => number(status, 3))[0] ?? 0n),
        resource
      }))
  })
}

function parseAttributes(message: Message, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(message, field).map((pair) => {
      const [[kind, [value] = []] = []] = messages(pair, 2)[0] ?? []
      const found = value instanceof Buffer ? value.toString() : kind === 2 ? value === 1n : Number(value)
      return [bytes(pair, 1).toString(), found]
    })
  )
}
