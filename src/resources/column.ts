/** A column of a resource: what a response shows in it and what its values look like. */
export interface Column {
  /** The JSON Schema of a value, without `null`. */
  readonly schema: ColumnSchema
  readonly nullable: boolean
  /**
   * Whether a text is a value that PostgreSQL takes, as PostgreSQL writes it; it may refuse some that PostgreSQL takes.
   * Rows cannot be ordered by a column without it.
   */
  readonly isValue?: (text: string) => boolean
  /** PostgREST's `select` for embedded rows, in the place of the column's name. */
  readonly select?: string
}

interface ColumnSchema {
  readonly type: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly [keyword: string]: unknown
}

interface ColumnOptions {
  description?: string
  /** Whether rows may lack a value; false unless said. */
  nullable?: boolean
}

/** PostgreSQL's `integer`. */
const MIN_INTEGER = -(2 ** 31)
const MAX_INTEGER = 2 ** 31 - 1

export function uuid(options?: ColumnOptions): Column {
  return column({ type: 'string', format: 'uuid' }, matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), options)
}

export function text(options?: ColumnOptions): Column {
  return column({ type: 'string' }, matches(/^[^\0]*$/), options)
}

export function integer(options?: ColumnOptions): Column {
  const isValue = (value: string) =>
    /^-?\d{1,10}$/.test(value) && Number(value) >= MIN_INTEGER && Number(value) <= MAX_INTEGER
  return column({ type: 'integer', format: 'int32' }, isValue, options)
}

/** PostgreSQL's `numeric`, whose digits are sent as they are stored. */
export function numeric(options?: ColumnOptions): Column {
  return column({ type: 'number' }, matches(/^(-?\d{1,200}(\.\d{1,200})?|NaN|-?Infinity)$/), options)
}

/** Rows cannot be ordered by it. */
export function boolean({ nullable = false }: Pick<ColumnOptions, 'nullable'> = {}): Column {
  return { schema: { type: 'boolean' }, nullable }
}

export function date(options?: ColumnOptions): Column {
  return column(
    { type: 'string', format: 'date' },
    (value) => /^\d{4}-\d\d-\d\d$/.test(value) && isDate(value),
    options
  )
}

/** PostgreSQL's `timestamptz`. */
export function timestamp(options?: ColumnOptions): Column {
  return column({ type: 'string', format: 'date-time' }, isTimestamp, options)
}

/**
 * Rows of another table, embedded by PostgREST: `select` names the relation and its columns, `schema` is the JSON Schema
 * of the value. https://docs.postgrest.org/en/stable/references/api/resource_embedding.html
 */
export function embedded(select: string, schema: object): Column {
  return { schema: schema as ColumnSchema, nullable: false, select }
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-5]):[0-5]\d$/

function isTimestamp(value: string): boolean {
  const date = TIMESTAMP.exec(value)?.[1]
  return date === undefined ? /^-?infinity$/.test(value) : isDate(date)
}

/** Whether there is such a day, for instance `2024-02-29`: JavaScript reads 30 February as 1 March. */
function isDate(date: string): boolean {
  const time = Date.parse(date)
  // PostgreSQL knows no year 0.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) && !date.startsWith('0000')
}

function column(
  schema: ColumnSchema,
  isValue: (text: string) => boolean,
  { description, nullable = false }: ColumnOptions = {}
): Column {
  return { schema: { ...schema, ...(description && { description }) }, nullable, isValue }
}

function matches(pattern: RegExp): (text: string) => boolean {
  return (value) => pattern.test(value)
}
