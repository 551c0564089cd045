// Asks the service. Addresses are relative to the page, so that both may lie below a path of a proxy.

import { takeFirst } from './first-list.js'

/** What a project that lacks a table, or keeps it from the public, makes the service say. */
const ABSENT = ['UPSTREAM_SCHEMA_MISSING', 'UPSTREAM_REJECTED']

const TITLES = { 400: 'Not valid', 404: 'Not found', 501: 'Not available here' }

/** The most rows that the service gives at a time. */
export const MAX_ROWS = 1000

/** A failed request: `status` 0 if there was no response, `requestId` to find it in the log. */
export class ApiError extends Error {
  constructor(status, message, requestId, title, code) {
    super(message)
    // What is invalid or not there will be so the next time too.
    Object.assign(this, { status, requestId, title, isFinal: status === 400 || status === 404 })
    this.isAbsent = ABSENT.includes(code)
  }
}

export const apiUrl = (path, params) => `api/${path}${params && String(params) ? `?${params}` : ''}`

/** The response to a GET. Throws an `ApiError`, or the signal's reason when it is aborted. */
export async function request(url, { headers, signal } = {}) {
  let response
  try {
    response = await (takeFirst(url) ?? fetch(url, { headers, signal }))
    signal?.throwIfAborted()
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(0, 'The service did not respond. It may be restarting, or the network may be down.')
  }
  if (response.ok) return response
  const { status } = response
  const body = await readJson(response, signal)
  throw new ApiError(status, body?.message ?? `HTTP ${status}`, body?.request_id, TITLES[status], body?.code)
}

/** The service's own responses are JSON, failures too. */
async function readJson(response, signal) {
  try {
    return await response.json()
  } catch {
    signal?.throwIfAborted()
    throw new ApiError(
      response.status,
      `The response (HTTP ${response.status}) is cut off or not from the service: a proxy may be failing, or ask you to sign in.`
    )
  }
}

/** The JSON of a GET. */
export async function getJson(url, signal) {
  return readJson(await request(url, { headers: { accept: 'application/json' }, signal }), signal)
}

/** A page of a list with the address of the next one, if there is one, and whether all structures were searched. */
export async function getPage(url, signal) {
  const response = await request(url, { headers: { accept: 'application/json' }, signal })
  const isComplete = response.headers.get('x-search-complete') !== 'false'
  return { body: await readJson(response, signal), next: readNext(response), isComplete }
}

/** Only the query: the path may be another behind a proxy. */
const readNext = ({ headers }) => /<[^>]*\?([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]

/** Whether there may be molecules behind a page: the last one links to a next one too, as does one that filters have emptied. */
export async function hasMore(next) {
  if (!next) return false
  const query = new URLSearchParams(next)
  query.delete('include')
  query.set('select', 'id')
  query.set('limit', 1)
  const page = await getPage(apiUrl('molecules', query))
  return page.body.molecules.length > 0 || page.next !== undefined
}

let propertyTypes

/** The kinds of properties that molecules have, asked for once; none where the project does not have them. */
export function getPropertyTypes() {
  propertyTypes ??= getJson(apiUrl('property-types', `limit=${MAX_ROWS}&include=molecules`)).then(
    (body) => body.property_types.filter(({ molecules }) => molecules[0].count > 0),
    (error) => {
      if (error.isAbsent) return []
      propertyTypes = undefined
      throw error
    }
  )
  return propertyTypes
}

/** Saves a response as a file, and returns the address of the next page, if there is one. */
export async function download(url, accept, name) {
  const response = await request(url, { headers: { accept } })
  saveFile(await response.blob(), name)
  return readNext(response)
}

export function saveFile(blob, name) {
  const href = URL.createObjectURL(blob)
  const link = document.createElement('a')
  Object.assign(link, { href, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}

/** The command that gets the same from a terminal. */
export function toCurl(url, accept = 'application/json') {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`
  return `curl -H ${quote(`Accept: ${accept}`)} ${quote(new URL(url, document.baseURI).href)}`
}
