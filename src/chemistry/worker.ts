import { InvalidStructureError } from './errors.ts'
import { findHits, toStructure } from './search.ts'
import { draw, toMolfile } from './structures.ts'

/** What a task comes to; an error would lose its class on the way from a thread. */
export type Outcome<T> = { readonly value: T } | { readonly invalid: string }

export interface Named {
  readonly smiles: string | null
  readonly name: string
}

/** The tasks of a chemistry thread, by name. */
const tasks = {
  /** Makes what the first drawing would wait for. */
  start: () => draw({ smiles: 'C[C@H](O)CO', size: 100, theme: 'light', title: '' }),
  draw,
  /** Molfiles of many molecules; one without atoms for a SMILES that cannot be read. */
  toMolfiles: (molecules: readonly Named[]) =>
    molecules.map(({ smiles, name }) => unlessInvalid(() => toMolfile(smiles, name)) ?? toMolfile(null, name)),
  /** Structures to search in; `undefined` for a SMILES that cannot be read. */
  toStructures: (list: readonly string[]) => list.map((smiles) => unlessInvalid(() => toStructure(smiles))),
  findHits
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

function unlessInvalid<T>(compute: () => T): T | undefined {
  try {
    return compute()
  } catch (error) {
    if (!(error instanceof InvalidStructureError)) throw error
  }
}
