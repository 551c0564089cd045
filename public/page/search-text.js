// What a text is searched by, and what the page says about a text that cannot be searched for.

/** The parameters that a text can be searched by; the first that a text looks like is taken unless the reader chooses. */
export const SEARCHES = {
  q: { label: 'Name or synonym', hint: 'by names and synonyms' },
  formula: { label: 'Formula', hint: 'by the molecular formula' },
  inchikey: { label: 'InChIKey', hint: 'by the InChIKey' },
  cid: { label: 'PubChem CID', hint: "by PubChem's number" },
  substructure: { label: 'Contains', hint: 'for molecules that contain this structure, the most similar first' },
  similar: { label: 'Similar to', hint: 'for molecules similar to this structure, the most similar first' }
}

/** The name of the parameter that an address searches by, if by any. */
export const findSearch = (params) => Object.keys(SEARCHES).find((name) => params.get(name))

/** A SMILES without spaces that has a bond, a ring or a branch, or is a chain of atoms. */
const SMILES = /^(?=\S*(?:[=#[\]]|[A-Za-z]\([A-Z=]|[cno]1)|[CNOS]{3,}$)[\w@+\-[\]()=#$/\\.%:]{3,}$/
/** An InChI, with its formula. */
const INCHI = /^InChI=1S?\/(\w+)/
const CAS_NUMBER = /^\d{2,7}-\d\d-\d$/

const FORMULA = /^C(?:\d+|(?=H\d))(?:[A-Z][a-z]?\d*)+$/
/** Only in this order no two elements can be taken for one, such as O and S for Os. */
const LOWER_CASE_FORMULA =
  /^(?=\D+\d)c\d*h\d*(?:br\d*)?(?:cl\d*)?(?:f\d*)?(?:i\d*)?(?:k\d*)?(?:n\d*)?(?:na\d*)?(?:o\d*)?(?:p\d*)?(?:s\d*)?(?:si\d*)?$/
/** Groups of atoms with their hydrogens, in which no SMILES has them outside brackets. */
const CONDENSED_FORMULA = /^(?=.*H\d)(?:[A-Z][a-z]?\d*|[()]\d*)+$/

/** A formula as the API knows it, which may have been typed in lower case. */
export const toFormula = (text) =>
  LOWER_CASE_FORMULA.test(text)
    ? text.replace(/br|cl|na|si|[a-z]/g, (element) => element[0].toUpperCase() + element.slice(1))
    : text

/** The name of the parameter that a text looks like. */
export function guessSearch(text) {
  if (/^[A-Z]{14}(-[A-Z]{10}-[A-Z])?$/.test(text)) return 'inchikey'
  if ([FORMULA, LOWER_CASE_FORMULA, CONDENSED_FORMULA].some((form) => form.test(text))) return 'formula'
  if (/^\d{2,9}$/.test(text)) return 'cid'
  return SMILES.test(text) && !INCHI.test(text) ? 'substructure' : 'q'
}

/** The formula in an InChI; undefined if the text is no InChI. */
export const readInchiFormula = (text) => INCHI.exec(text)?.[1]

/** What a search is like, with the least similarity that it is for; an invalid one is left out, which the API refuses. */
export function describeSearch(name, min) {
  const share = name === 'similar' && min > 0 && min <= 1 ? `, at least ${Math.round(100 * min)}\u00a0%` : ''
  return `Searching ${SEARCHES[name].hint}${share}`
}

/** What to do where a search by this parameter, if by any, has found nothing. */
export function adviseSearch(name, text) {
  if (!name) return 'Try wider ranges.'
  if (name === 'substructure') return 'Try a smaller part of the structure, or wider ranges.'
  if (name === 'similar') return 'Try another structure, or wider ranges.'
  if (name === 'formula')
    return 'No molecule has this formula. Each element stands in it once: carbon, hydrogen, then the others by the alphabet, such as C3H8O3 for HOCH2CH(OH)CH2OH.'
  if (CAS_NUMBER.test(text))
    return 'No molecule has this CAS number among its names: take a name, the InChIKey or the PubChem CID.'
  return 'A search takes a part of a name or synonym, a formula such as C3H8O3, an InChIKey, a PubChem CID or a SMILES.'
}

/** The API's message on a parameter, by the name that the page shows for it or, where it shows none, that the address has. */
export function explainInvalid(message) {
  return message.replace(/^The query parameter "(\w+)"/, (_, name) => {
    const label = Object.hasOwn(SEARCHES, name) && SEARCHES[name].label
    return label ? `\u201c${label}\u201d` : `\u201c${name}\u201d in the address`
  })
}

/** Whether the API's message says that a text is no structure, and it does not look like a SMILES with a mistake either. */
export const isNoSmiles = (message, text) =>
  /^The query parameter "(?:substructure|similar)" (?:must be a (?:valid )?structure|has no atoms)/.test(message) &&
  guessSearch(text) !== 'substructure'
