import type { IncomingHttpHeaders } from 'node:http'
import { invalidResponse } from './errors.ts'

/** Supabase's response, read to its end. */
export class SupabaseResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer

  constructor(status: number, headers: IncomingHttpHeaders, body: Buffer) {
    this.status = status
    this.headers = headers
    this.body = body
  }

  /** True for 2xx. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  /** Whether the response says that its body is JSON, as it stands: nobody asked for it to be compressed. */
  get isJson(): boolean {
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = this.headers
    return /^application\/(\S+\+)?json\b/.test(type) && encoding === 'identity'
  }

  /** The body as UTF-8. */
  text(): string {
    return this.body.toString()
  }

  /** Throws a `SupabaseError` (502) when the body is no JSON. */
  json<T = unknown>(): T {
    try {
      return JSON.parse(this.text())
    } catch (cause) {
      throw invalidResponse('The body is no JSON', { cause })
    }
  }
}
