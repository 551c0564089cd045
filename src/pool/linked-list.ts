/** A member's place in a list. */
export interface Place<T> {
  readonly member: T
  previous: Place<T> | undefined
  next: Place<T> | undefined
}

/** A doubly linked list: adding at either end takes constant time, and so does removing any member. */
export class LinkedList<T> {
  #first: Place<T> | undefined
  #last: Place<T> | undefined
  #length = 0

  get first(): T | undefined {
    return this.#first?.member
  }

  get last(): T | undefined {
    return this.#last?.member
  }

  get length(): number {
    return this.#length
  }

  push(member: T): Place<T> {
    return this.#link({ member, previous: this.#last, next: undefined })
  }

  unshift(member: T): Place<T> {
    return this.#link({ member, previous: undefined, next: this.#first })
  }

  /** Removes the member at one of the list's own places. */
  remove(place: Place<T>): void {
    const { previous, next } = place
    if (previous) previous.next = next
    else this.#first = next
    if (next) next.previous = previous
    else this.#last = previous
    this.#length--
  }

  /** Makes the first member the last one. */
  rotate(): void {
    const place = this.#first
    if (!place?.next) return
    this.remove(place)
    place.previous = this.#last
    place.next = undefined
    this.#link(place)
  }

  #link(place: Place<T>): Place<T> {
    if (place.previous) place.previous.next = place
    else this.#first = place
    if (place.next) place.next.previous = place
    else this.#last = place
    this.#length++
    return place
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let place = this.#first; place; place = place.next) yield place.member
  }
}
