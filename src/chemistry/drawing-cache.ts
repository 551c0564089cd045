/** The most characters of all drawings together. */
const MAX_CHARACTERS = 8_000_000

/** Drawings by what they were drawn of; the least recently used go first. */
export class DrawingCache {
  readonly #drawings = new Map<string, string>()
  #characters = 0

  get(key: string): string | undefined {
    const drawing = this.#drawings.get(key)
    if (drawing === undefined) return
    this.#drawings.delete(key)
    this.#drawings.set(key, drawing)
    return drawing
  }

  set(key: string, drawing: string): void {
    this.#drop(key)
    this.#drawings.set(key, drawing)
    this.#characters += key.length + drawing.length
    while (this.#characters > MAX_CHARACTERS) this.#drop(this.#drawings.keys().next().value as string)
  }

  #drop(key: string): void {
    const drawing = this.#drawings.get(key)
    if (drawing === undefined) return
    this.#drawings.delete(key)
    this.#characters -= key.length + drawing.length
  }
}
