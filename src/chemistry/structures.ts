import { Molecule, SmilesParser } from 'openchemlib'
import { InvalidStructureError } from './errors.ts'
import { MAX_ATOMS, MAX_STRUCTURE_LENGTH } from './limits.ts'
import { toLine } from './sdf.ts'
import { findMisread } from './smarts.ts'
import { type Theme, toStandaloneSvg } from './svg.ts'

export interface Drawing {
  readonly smiles: string
  /** The width and height that it fits into, in pixels. */
  readonly size: number
  readonly theme: Theme
  /** What a screen reader says. */
  readonly title: string
}

/** Without marks that say in words what the drawing shows, and no larger than its atoms need. */
const DRAWING_OPTIONS = {
  suppressChiralText: true,
  suppressCIPParity: true,
  suppressESR: true,
  autoCrop: true,
  autoCropMargin: 5
}

/** A molecule without atoms: what stands in a molfile for a polymer. */
const NO_STRUCTURE = '  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n'

/** Draws a molecule as SVG, the same at any time. Throws an `InvalidStructureError`. */
export function draw({ smiles, size, theme, title }: Drawing): string {
  return toStandaloneSvg(place(smiles).toSVG(size, size, 'm', DRAWING_OPTIONS), title, theme)
}

/** A molfile (V2000) of the molecule, without atoms unless it has a SMILES. Throws an `InvalidStructureError`. */
export function toMolfile(smiles: string | null, name: string): string {
  const [, program = '', ...lines] =
    smiles === null ? ['', '', '', NO_STRUCTURE] : place(smiles).toMolfile().split('\n')
  return [toLine(name).slice(0, 80), program, ...lines].join('\n')
}

/** Parses a SMILES. Throws an `InvalidStructureError`. */
export function parseSmiles(smiles: string): Molecule {
  // Without coordinates first, whose cost grows with the square of the atoms.
  parseConnections(smiles)
  return readOrReject(() => Molecule.fromSmiles(smiles))
}

/** Parses a SMILES without its stereochemistry and without coordinates. Throws an `InvalidStructureError`. */
export function parseConnections(smiles: string): Molecule {
  return parse(smiles, () => Molecule.fromSmiles(smiles, { noCoordinates: true, noStereo: true }))
}

/** Parses a SMILES or, of SMARTS, what OpenChemLib understands, as a pattern to find. Throws an `InvalidStructureError`. */
export function parsePattern(pattern: string): Molecule {
  const parser = new SmilesParser({ smartsMode: 'smarts', createSmartsWarnings: true })
  const fragment = parse(pattern, () => parser.parseMolecule(pattern, { noCoordinates: true, noStereo: true }))
  // Every combination of the places of several parts would be tried: that can take for ever.
  if (pattern.includes('.')) throw new InvalidStructureError('must be connected, without a "."')
  const unsupported = findMisread(pattern) ?? parser.getSmartsWarning()
  if (unsupported) throw new InvalidStructureError(`uses SMARTS that is not supported: ${unsupported.slice(0, 100)}`)
  fragment.setFragment(true)
  return fragment
}

/** The molecule with coordinates that depend on nothing else: by way of its canonical code, whatever the order of its atoms. */
function place(smiles: string): Molecule {
  return Molecule.fromIDCode(parseSmiles(smiles).getIDCode(), true)
}

function parse(text: string, read: () => Molecule): Molecule {
  if (text.length > MAX_STRUCTURE_LENGTH) {
    throw new InvalidStructureError(`must have at most ${MAX_STRUCTURE_LENGTH} characters`)
  }
  // OpenChemLib takes what follows a space for a name, looks for the end of `->` for ever, and forgives a parenthesis that is
  // left open.
  if (!/^[\w[\]()=#$:/\\.+\-%@*~!&,;]+$/.test(text)) {
    throw new InvalidStructureError('must be a structure in the characters of SMILES or SMARTS, without spaces')
  }
  if (count(text, '(') !== count(text, ')'))
    throw new InvalidStructureError('has a parenthesis without its counterpart')
  const molecule = readOrReject(read)
  const atoms = molecule.getAllAtoms()
  if (atoms === 0) throw new InvalidStructureError('has no atoms')
  if (atoms > MAX_ATOMS) throw new InvalidStructureError(`must have at most ${MAX_ATOMS} atoms, not ${atoms}`)
  return molecule
}

function readOrReject(read: () => Molecule): Molecule {
  try {
    return read()
  } catch (cause) {
    const reason = /SmilesParser: (.*)/s.exec(String((cause as Error).message))?.[1] ?? 'unknown notation'
    throw new InvalidStructureError(`must be a valid structure (${toLine(reason).slice(0, 100)})`, { cause })
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
