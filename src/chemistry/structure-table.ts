/** The 32-bit words of a fingerprint: OpenChemLib's has 512 bits. */
export const FINGERPRINT_WORDS = 16

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
  readonly fingerprints: Int32Array
  readonly codes: Uint8Array
  /** Where each row's code ends. */
  readonly ends: Uint32Array
}

let tables = 0

/** Structures in memory that threads share: rows are only added. */
export class StructureTable {
  readonly #id = ++tables
  #rows = 0
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
      fingerprints: this.#fingerprints,
      codes: this.#codes,
      ends: this.#ends
    }
  }

  /** The number of the new row. */
  add({ code, fingerprint }: Structure): number {
    const row = this.#rows
    const start = startOf(this.#ends, row)
    this.#ends = withRoom(this.#ends, row + 1)
    this.#fingerprints = withRoom(this.#fingerprints, (row + 1) * FINGERPRINT_WORDS)
    this.#codes = withRoom(this.#codes, start + code.length)
    this.#codes.set(Buffer.from(code, 'latin1'), start)
    this.#fingerprints.set(fingerprint, row * FINGERPRINT_WORDS)
    this.#ends[row] = start + code.length
    return this.#rows++
  }
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
