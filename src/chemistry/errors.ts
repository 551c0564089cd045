/**
 * A text that is no SMILES or SMARTS, or describes more than there is time for. Its message is fit for clients and goes on
 * from the name of what they sent: `must be …`.
 */
export class InvalidStructureError extends Error {
  override readonly name = 'InvalidStructureError'
}
