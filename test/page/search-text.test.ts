import t from 'tap'

const {
  adviseSearch,
  describeSearch,
  explainInvalid,
  findSearch,
  guessSearch,
  isNoSmiles,
  readInchiFormula,
  toFormula
} = await import(new URL('../../public/page/search-text.js', import.meta.url).href)

t.test('a search text is searched by what it looks like', async (t) => {
  for (const [text, parameter] of [
    ['glycerol', 'q'],
    ['1,2-propanediol', 'q'],
    ['VS55', 'q'],
    ['InChI=1S/CH4O/c1-2/h2H,1H3', 'q'],
    ['PEDCQBHIVMGVHV-UHFFFAOYSA-N', 'inchikey'],
    ['PEDCQBHIVMGVHV', 'inchikey'],
    ['753', 'cid'],
    ['C3H8O3', 'formula'],
    ['CH4O', 'formula'],
    ['c2h6os', 'formula'],
    ['C2H5OH', 'formula'],
    ['HOCH2CH(OH)CH2OH', 'formula'],
    ['H2O', 'formula'],
    ['CHO', 'q'],
    ['chi', 'q'],
    ['OCC(O)CO', 'substructure'],
    ['CCO', 'substructure'],
    ['c1ccccc1', 'substructure']
  ] as const)
    t.equal(guessSearch(text), parameter, text)
})

t.test('the search of an address is the first that has a text', async (t) => {
  t.equal(findSearch(new URLSearchParams('q=&similar=CCO&min=0.2')), 'similar')
  t.equal(findSearch(new URLSearchParams('order=name.desc')), undefined)
})

t.test('a search by similarity is described with the least similarity, unless that is invalid', async (t) => {
  t.match(describeSearch('similar', 0.4), /at least 40\s%$/)
  t.match(describeSearch('similar', '0.55'), /at least 55\s%$/)
  for (const min of ['abc', '', '2', '-1']) t.match(describeSearch('similar', min), /the most similar first$/, min)
  t.equal(describeSearch('formula', 0.4), 'Searching by the molecular formula')
})

t.test(
  'what the API says of a parameter is said by the name that the page has for it, or of the address',
  async (t) => {
    for (const [message, explained] of [
      ['The query parameter "cid" must be a whole number', '“PubChem CID” must be a whole number'],
      ['The query parameter "min" must be a number', '“min” in the address must be a number'],
      ['The query parameter "toString" is wrong', '“toString” in the address is wrong'],
      ['Unknown query parameter "foo"', 'Unknown query parameter "foo"']
    ])
      t.equal(explainInvalid(message), explained)
  }
)

t.test('the advice to whoever found nothing depends on what was searched for', async (t) => {
  t.match(adviseSearch(undefined, ''), 'wider ranges')
  t.match(adviseSearch('substructure', 'CCO'), 'a smaller part of the structure')
  t.match(adviseSearch('similar', 'CCO'), 'another structure')
  t.match(adviseSearch('q', '56-81-5'), 'CAS number')
  t.match(adviseSearch('formula', 'C2H5OH'), 'C3H8O3 for HOCH2CH(OH)CH2OH')
  t.match(adviseSearch('q', 'no such thing'), 'a formula such as C3H8O3, an InChIKey')
  t.equal(readInchiFormula('InChI=1S/CH4N2O/c2-1(3)4/h(H4,2,3,4)'), 'CH4N2O')
  t.equal(readInchiFormula('CH4N2O'), undefined)
})

t.test('a name or number is told from a SMILES with a mistake where the API finds no structure', async (t) => {
  for (const [what, text, isName] of [
    ['must be a valid structure (unknown element label found. Position:0)', 'glycerol', true],
    ['has no atoms', '753', true],
    ['must be a structure in the characters of SMILES or SMARTS, without spaces', 'propylene glycol', true],
    ['must be a valid structure (dangling ring closure: 1; position:7)', 'c1ccccc', false],
    ['must be connected, without a "."', 'C.C', false]
  ] as const)
    for (const parameter of ['substructure', 'similar'])
      t.equal(isNoSmiles(`The query parameter "${parameter}" ${what}`, text), isName, text)
  t.notOk(isNoSmiles('The query parameter "cid" must be a whole number', 'glycerol'))
})

t.test('a formula in lower case is written as the API knows it where no other can be meant', async (t) => {
  for (const [text, formula] of [
    ['c3h8o3', 'C3H8O3'],
    ['ch4', 'CH4'],
    ['c2h6os', 'C2H6OS'],
    ['c5h14clno', 'C5H14ClNO'],
    ['c2h3nao2', 'C2H3NaO2'],
    ['c4h12si', 'C4H12Si'],
    ['C3H8O3', 'C3H8O3'],
    ['c2h5oh', 'c2h5oh'],
    ['chnos', 'chnos'],
    ['co2', 'co2']
  ] as const)
    t.equal(toFormula(text), formula)
})
