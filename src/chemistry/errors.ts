/** A failure whose message is fit for clients. */
abstract class ChemistryError extends Error {
  abstract readonly statusCode: number
  abstract readonly code: string
  readonly expose = true
}

/** A text that is no SMILES or SMARTS, or describes more than there is time for. The message goes on from its name. */
export class InvalidStructureError extends ChemistryError {
  override readonly name = 'InvalidStructureError'
  readonly statusCode = 400
  readonly code = 'INVALID_STRUCTURE'
}

/** The packages of chemistry are not installed. */
export class ChemistryUnavailableError extends ChemistryError {
  override readonly name = 'ChemistryUnavailableError'
  readonly statusCode = 501
  readonly code = 'CHEMISTRY_NOT_INSTALLED'

  constructor(options?: ErrorOptions) {
    super('Structures are not supported: the packages openchemlib and piscina are not installed', options)
  }
}

/** Too much is to be computed, or one computation takes too long. */
export class ChemistryOverloadedError extends ChemistryError {
  override readonly name = 'ChemistryOverloadedError'
  readonly statusCode = 503
  readonly code = 'CHEMISTRY_OVERLOADED'

  constructor(options?: ErrorOptions) {
    super('Computing this structure takes too long, or too many others are waiting: try again later', options)
  }
}
