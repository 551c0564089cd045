import t from 'tap'
import { findMisread } from '../../../src/chemistry/smarts.ts'

t.test('SMARTS whose meaning would be another is found, wherever it stands', (t) => {
  const patterns: Record<string, string> = {
    '[SX4]': 'X',
    'C[OX2;H1]': 'X',
    '[#6X1]': 'X',
    '[#7v3]': 'v3',
    '[#6H4]': 'H4',
    '[#6;!r]': '!r',
    '[#6;a]': 'a',
    '[#6A]': 'A',
    'C@C': '@',
    'C!@C': '!@',
    'C(@C)O': '@',
    'C@-C': '@',
    '[#8;!$([#16X4])]': 'X',
    '[#8;!$(C@C)]': '@',
    '[C;$(C)X3]': 'X'
  }
  for (const [pattern, part] of Object.entries(patterns)) t.equal(findMisread(pattern), part, pattern)
  t.end()
})

t.test('SMILES and SMARTS that mean what they say are not', (t) => {
  const patterns =
    '[CX4] [#6;X3] [cX3] [Xe] [Na+] [Ca] [Ba+2] [Al] [Ag] [As] A a Aa [C@H](O)C [C@@H] C-!@C C~@C C-;!@C [CH3] [NH2] ' +
    '[#6!R] [#6r5] [$([#6]=[#8])] C(=O)O [V] ) ]] (( ['
  for (const pattern of patterns.split(' ')) t.equal(findMisread(pattern), undefined, pattern)
  t.end()
})
