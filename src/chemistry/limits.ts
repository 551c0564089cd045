/** The longest SMILES or SMARTS, in characters: that of an average protein of a hundred residues is longer. */
export const MAX_STRUCTURE_LENGTH = 1000
/** The most atoms, hydrogens in brackets included: computing coordinates costs the square of their number. */
export const MAX_ATOMS = 250

/** The width and height that a drawing fits into, in pixels. */
export const MIN_DRAWING_SIZE = 50
export const MAX_DRAWING_SIZE = 1000
