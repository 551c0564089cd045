/** A comparison of a numeric property, with its name. */
export interface PropertyComparison {
  readonly name: string
  /** PostgREST's syntax, for instance `lt.1`. */
  readonly comparison: string
}

const NAMED_COMPARISON = /^(.*)\.((?:eq|gt|gte|lt|lte)\.-?\d+(?:\.\d+)?)$/s

/** Splits `LogP.lt.1` or `LogP.lt.-0.5`, which the parameter's schema has checked; a name may have dots. */
export function parsePropertyComparison(text: string): PropertyComparison {
  const [, name, comparison] = NAMED_COMPARISON.exec(text) as unknown as [string, string, string]
  return { name, comparison }
}

/** PostgREST's name for the value of a property type in a JSON column that has them by id. */
export function toPropertyColumn(column: string, id: string): string {
  return `${column}->${id}`
}
