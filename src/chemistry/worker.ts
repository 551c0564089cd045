import { InvalidStructureError } from './errors.ts'
import { draw, toMolfile } from './structures.ts'

/** What a task comes to; an error would lose its class on the way from a thread. */
export type Outcome<T> = { readonly value: T } | { readonly invalid: string }

export interface Named {
  readonly smiles: string | null
  readonly name: string
}

/** The tasks of a chemistry thread, by name. */
const tasks = {
  /** Nothing: for who waits until the thread can compute. */
  start: () => undefined,
  draw,
  /** Molfiles of many molecules; one without atoms for a SMILES that cannot be read. */
  toMolfiles: (molecules: readonly Named[]) =>
    molecules.map(({ smiles, name }) => {
      try {
        return toMolfile(smiles, name)
      } catch (error) {
        if (error instanceof InvalidStructureError) return toMolfile(null, name)
        throw error
      }
    })
}

export type Tasks = typeof tasks

/** Does a task, for piscina. */
export default function run({ task, input }: { task: keyof Tasks; input: never }): Outcome<unknown> {
  try {
    return { value: tasks[task](input) }
  } catch (error) {
    if (error instanceof InvalidStructureError) return { invalid: error.message }
    throw error
  }
}
