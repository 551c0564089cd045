import t from 'tap'

const { toComponentCsv, toMoleculeCsv } = await import(new URL('../../public/page/csv.js', import.meta.url).href)

const logP = { name: 'LogP', units: null }
const melting = { name: 'Melting Point', units: '°C' }

t.test('the CSV of molecules has a column for each property with its unit, and all values of one', async (t) => {
  const molecules = [
    {
      name: 'A, b',
      properties: [
        { numeric_value: 18, property_type: melting },
        { numeric_value: null, text_value: '17 to 19', property_type: melting },
        { numeric_value: null, text_value: null, boolean_value: true, property_type: { name: 'Permeating' } },
        { numeric_value: 1, property_type: null }
      ]
    },
    { name: null }
  ]
  t.equal(
    await toMoleculeCsv(molecules).text(),
    'name,Melting Point (°C),Permeating\r\n"A, b",18; 17 to 19,true\r\n,,\r\n'
  )
  t.equal(await toMoleculeCsv([]).text(), '\r\n')
})

t.test('the CSV of mixtures has a line for each component', async (t) => {
  const components = [
    { concentration: 1.5, concentration_unit: 'mol/L', molecule: { name: 'Glycerol' } },
    { concentration: 10, concentration_unit: '%', molecule: null }
  ]
  t.equal(
    await toComponentCsv([
      { name: 'M', source: 'a "paper"', components },
      { name: 'N', source: null, components: [] }
    ]).text(),
    'mixture,molecule,concentration,unit,source\r\nM,Glycerol,1.5,mol/L,"a ""paper"""\r\nM,,10,%,"a ""paper"""\r\n'
  )
  t.match(await toComponentCsv([{ name: 'N', source: null, components }]).text(), 'N,Glycerol,1.5,mol/L,\r\n')
})

t.test('no text in the CSV for spreadsheets is a formula to them, and numbers stay numbers', async (t) => {
  const molecules = [
    {
      name: '=HYPERLINK("http://example.com")',
      source: '-1+cmd',
      properties: [{ numeric_value: -1.5, property_type: logP }]
    },
    { name: '(-)-Menthol', source: '-80', properties: [] }
  ]
  t.equal(
    await toMoleculeCsv(molecules).text(),
    'name,source,LogP\r\n"\'=HYPERLINK(""http://example.com"")",\'-1+cmd,-1.5\r\n(-)-Menthol,-80,\r\n'
  )
})
