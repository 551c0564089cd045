/** A member's neighbors in its list. */
export interface Links<T> {
  previous: T | undefined
  next: T | undefined
}

/** A doubly linked list: adding at either end takes constant time, and so does removing any member. */
export class LinkedList<T extends Links<T>> {
  #first: T | undefined
  #last: T | undefined
  #length = 0

  get first(): T | undefined {
    return this.#first
  }

  get length(): number {
    return this.#length
  }

  push(member: T): void {
    member.previous = this.#last
    this.#link(member)
  }

  unshift(member: T): void {
    member.next = this.#first
    this.#link(member)
  }

  /** Removes one of the list's own members. */
  remove(member: T): void {
    const { previous, next } = member
    if (previous) previous.next = next
    else this.#first = next
    if (next) next.previous = previous
    else this.#last = previous
    member.previous = undefined
    member.next = undefined
    this.#length--
  }

  #link(member: T): void {
    if (member.previous) member.previous.next = member
    else this.#first = member
    if (member.next) member.next.previous = member
    else this.#last = member
    this.#length++
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let member = this.#first; member; member = member.next) yield member
  }
}
