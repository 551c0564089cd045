import t from 'tap'
import { toSdfRecord } from '../../../src/chemistry/sdf.ts'

t.test('a record is a molfile, its fields and the end', (t) => {
  t.equal(
    toSdfRecord('name\n\n\nM  END\n', { cid: 753, name: 'Glycerol', LogP: -1.44, permeating: true }),
    'name\n\n\nM  END\n>  <cid>\n753\n\n>  <name>\nGlycerol\n\n>  <LogP>\n-1.44\n\n>  <permeating>\ntrue\n\n$$$$\n'
  )
  t.end()
})

t.test('no name or value of a data field ends it, and fields without a value are left out', (t) => {
  t.equal(
    toSdfRecord('M  END\n', { cid: null, empty: '', 'a<b>\nc': 'one\n\n$$$$\r\ntwo' }),
    'M  END\n>  <ab c>\none $$$$ two\n\n$$$$\n'
  )
  t.end()
})
