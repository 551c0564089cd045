import { invalidResponse } from '../supabase/errors.ts'

/** A row's JSON within a page. Texts are Latin-1 views of the bytes, which leave every byte as it is. */
export interface JsonRow {
  readonly text: string
  /** Names and values alternately, as they are written. */
  readonly members: readonly string[]
}

const SCALAR = /true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
/** Code units of ASCII. */
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const BRACKETS = /["{}[\]]/g

/**
 * Cuts a JSON array of objects into rows without parsing it: parsed numbers would lose digits that a double does not have,
 * and `JSON.parse` with a reviver that keeps them takes twice the time.
 * Throws a `SupabaseError` (502) when it is no such array.
 */
export function* sliceRows(rows: Buffer): Generator<JsonRow> {
  const text = rows.toString('latin1')
  let at = skipSpace(text, 1)
  if (text.charCodeAt(at) === CLOSE_ARRAY) return
  for (;;) {
    const start = at
    const members: string[] = []
    at = expect(text, at, OPEN_OBJECT)
    if (text.charCodeAt(at) !== CLOSE_OBJECT) {
      for (;;) {
        const nameEnd = findStringEnd(text, at)
        const valueStart = expect(text, skipSpace(text, nameEnd), COLON)
        const valueEnd = findValueEnd(text, valueStart)
        members.push(text.slice(at, nameEnd), text.slice(valueStart, valueEnd))
        at = skipSpace(text, valueEnd)
        if (text.charCodeAt(at) !== COMMA) break
        at = skipSpace(text, at + 1)
      }
    }
    const end = at + 1
    at = expect(text, at, CLOSE_OBJECT)
    yield { text: text.slice(start, end), members }
    if (text.charCodeAt(at) !== COMMA) break
    at = skipSpace(text, at + 1)
  }
  if (expect(text, at, CLOSE_ARRAY) !== text.length) throw invalid()
}

/** A value's text: a string without its quotes, nothing for null, anything else as it is written. */
export function readText(value: string): string {
  if (value === 'null') return ''
  if (value[0] !== '"') return value
  return value.includes('\\') ? unescapeString(value) : value.slice(1, -1)
}

export function toLatin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function unescapeString(string: string): string {
  try {
    return toLatin1(JSON.parse(Buffer.from(string, 'latin1').toString()))
  } catch (cause) {
    throw invalidResponse('The rows are no JSON', { cause })
  }
}

function skipSpace(text: string, at: number): number {
  let end = at
  // Every control character counts as white space, which is more than JSON allows and harmless here.
  while (text.charCodeAt(end) <= SPACE) end++
  return end
}

/** Where the next token begins, behind `character`. */
function expect(text: string, at: number, character: number): number {
  if (text.charCodeAt(at) !== character) throw invalid()
  return skipSpace(text, at + 1)
}

function findStringEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== QUOTE) throw invalid()
  let end = at
  do {
    end = text.indexOf('"', end + 1)
    if (end < 0) throw invalid()
  } while (isEscaped(text, end))
  return end + 1
}

/** Whether the character is behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let run = at
  while (text.charCodeAt(run - 1) === BACKSLASH) run--
  return (at - run) % 2 === 1
}

function findValueEnd(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === QUOTE) return findStringEnd(text, at)
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return findNestedEnd(text, at)
  SCALAR.lastIndex = at
  if (!SCALAR.test(text)) throw invalid()
  return SCALAR.lastIndex
}

/** By its brackets: what is between them is sent as it is. */
function findNestedEnd(text: string, at: number): number {
  let depth = 0
  BRACKETS.lastIndex = at
  for (let match = BRACKETS.exec(text); match; match = BRACKETS.exec(text)) {
    const [bracket] = match
    if (bracket === '"') BRACKETS.lastIndex = findStringEnd(text, match.index)
    else if (bracket === '{' || bracket === '[') depth++
    else if (--depth === 0) return BRACKETS.lastIndex
  }
  throw invalid()
}

function invalid(): Error {
  return invalidResponse('The rows are no JSON objects')
}
