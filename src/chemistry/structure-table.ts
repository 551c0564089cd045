/** The 32-bit words of a fingerprint: OpenChemLib's has 512 bits. */
export const FINGERPRINT_WORDS = 16

/** The bytes of an id, which is a UUID. */
export const ID_BYTES = 16

const INITIAL_ROWS = 1024
const INITIAL_CODE_BYTES = 64 * 1024

/** A structure as it is searched for. */
export interface Structure {
  /** OpenChemLib's canonical code, ASCII. */
  readonly code: string
  readonly fingerprint: readonly number[]
}

/** The rows of a table that were there when it was looked at, in memory that threads share. */
export interface TableView {
  /** Differs from that of any other table. */
  readonly id: number
  readonly rows: number
  /** How many rows had been removed. */
  readonly removals: number
  /** Zeros for a row that has been removed. */
  readonly ids: Uint8Array
  readonly fingerprints: Int32Array
  readonly codes: Uint8Array
  /** Where each row's code ends. */
  readonly ends: Uint32Array
}

let tables = 0

/** Structures in memory that threads share: rows are added at the end, and keep their place when others are removed. */
export class StructureTable {
  readonly #id = ++tables
  #rows = 0
  #removals = 0
  #ids = new Uint8Array(new SharedArrayBuffer(INITIAL_ROWS * ID_BYTES))
  #fingerprints = new Int32Array(new SharedArrayBuffer(INITIAL_ROWS * FINGERPRINT_WORDS * 4))
  #ends = new Uint32Array(new SharedArrayBuffer(INITIAL_ROWS * 4))
  #codes = new Uint8Array(new SharedArrayBuffer(INITIAL_CODE_BYTES))

  get rows(): number {
    return this.#rows
  }

  get view(): TableView {
    return {
      id: this.#id,
      rows: this.#rows,
      removals: this.#removals,
      ids: this.#ids,
      fingerprints: this.#fingerprints,
      codes: this.#codes,
      ends: this.#ends
    }
  }

  /** The number of the new row. `id`: a UUID. */
  add(id: string, { code, fingerprint }: Structure): number {
    const row = this.#rows
    const start = startOf(this.#ends, row)
    this.#ends = withRoom(this.#ends, row + 1)
    this.#ids = withRoom(this.#ids, (row + 1) * ID_BYTES)
    this.#fingerprints = withRoom(this.#fingerprints, (row + 1) * FINGERPRINT_WORDS)
    this.#codes = withRoom(this.#codes, start + code.length)
    this.#ids.set(toIdBytes(id), row * ID_BYTES)
    this.#codes.set(Buffer.from(code, 'latin1'), start)
    this.#fingerprints.set(fingerprint, row * FINGERPRINT_WORDS)
    this.#ends[row] = start + code.length
    return this.#rows++
  }

  remove(row: number): void {
    this.#ids.fill(0, row * ID_BYTES, (row + 1) * ID_BYTES)
    this.#removals++
  }
}

/** The bytes of a UUID. They sort as UUIDs do. */
export function toIdBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex').subarray(0, ID_BYTES)
}

/** The id of a row; undefined where it has been removed. */
export function readId({ ids }: TableView, row: number): string | undefined {
  const hex = Buffer.from(ids.buffer, row * ID_BYTES, ID_BYTES).toString('hex')
  return /[^0]/.test(hex) ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : undefined
}

/** The structure of a row. */
export function readStructure(view: TableView, row: number): Structure {
  const start = row * FINGERPRINT_WORDS
  return { code: readCode(view, row), fingerprint: [...view.fingerprints.subarray(start, start + FINGERPRINT_WORDS)] }
}

/** The code of a row. */
export function readCode({ codes, ends }: TableView, row: number): string {
  const start = startOf(ends, row)
  return Buffer.from(codes.buffer, start, (ends[row] as number) - start).toString('latin1')
}

function startOf(ends: Uint32Array, row: number): number {
  return row === 0 ? 0 : (ends[row - 1] as number)
}

/** The array itself or, where it has no such length, a copy of at least twice its length: views of it stay as they are. */
function withRoom<T extends Int32Array | Uint32Array | Uint8Array>(array: T, length: number): T {
  if (length <= array.length) return array
  const size = Math.max(length, array.length * 2)
  const Constructor = array.constructor as new (buffer: SharedArrayBuffer) => T
  const larger = new Constructor(new SharedArrayBuffer(size * array.BYTES_PER_ELEMENT))
  larger.set(array)
  return larger
}
