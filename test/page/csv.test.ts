import t from 'tap'

const { toMoleculeCsv } = await import(new URL('../../public/page/csv.js', import.meta.url).href)

t.test('no text in the CSV for spreadsheets is a formula to them, and numbers stay numbers', async (t) => {
  const property_type = { name: 'LogP', units: null }
  const molecules = [
    {
      name: '=HYPERLINK("http://example.com")',
      source: '-1+cmd',
      properties: [{ numeric_value: -1.5, property_type }]
    },
    { name: '(-)-Menthol', source: '-80', properties: [] }
  ]
  t.equal(
    await toMoleculeCsv(molecules).text(),
    'name,source,LogP\r\n"\'=HYPERLINK(""http://example.com"")",\'-1+cmd,-1.5\r\n(-)-Menthol,-80,\r\n'
  )
})
