import t from 'tap'
import { toStandaloneSvg } from '../../../src/chemistry/svg.ts'

const drawing = `<svg id="m" xmlns="http://www.w3.org/2000/svg" version="1.1" width="104px" height="67px" viewBox="51 70 104 67">
  <style> #m text {font-family: sans-serif;} </style>
  <text x="136.12" y="91.06" stroke="none" font-size="14" fill="rgb(255,13,13)">O</text>
  <line x1="1" y1="2" x2="3" y2="4" stroke="rgb(0,0,0)" stroke-width="1.44" />
  <line id="m:Bond:0" class="event" x1="1" y1="2" x2="3" y2="4" stroke-width="8" opacity="0" />
  <text x="1" y="2" stroke="none" font-size="14" fill="rgb(144,224,80)">F</text>
  <text x="1" y="2" stroke="none" font-size="14" fill="rgb(148,0,148)">I</text>
</svg>
`

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [one, other]
    .map((color) => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((i) => {
        const part = Number.parseInt(color.slice(i, i + 2), 16) / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    })
    .sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

t.test('a drawing needs no style that a Content-Security-Policy could block', (t) => {
  const svg = toStandaloneSvg(drawing, 'Glycerol', 'light')
  t.notMatch(svg, /style|class=|id=|script|href/)
  t.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="104" height="67" viewBox="51 70 104 67" role="img"/)
  t.match(svg, '<rect x="51" y="70" width="104" height="67" fill="#ffffff"/>')
  t.match(svg, 'stroke="#000000"')
  t.equal(svg.match(/<line /g)?.length, 1, 'what only a viewer of its own uses is left out')
  t.end()
})

t.test('a drawing has a title for screen readers, with every character escaped', (t) => {
  const svg = toStandaloneSvg(drawing, 'A & <B>\0\n"c"\uD800', 'light')
  t.equal(/<title>(.*)<\/title>/.exec(svg)?.[1], 'A &amp; &lt;B&gt;  "c"\uFFFD')
  t.end()
})

t.test('every color can be told from the background in either theme', (t) => {
  for (const theme of ['light', 'dark'] as const) {
    const svg = toStandaloneSvg(drawing, '', theme)
    const [background = '', ...colors] = [...svg.matchAll(/#[0-9a-f]{6}/g)].map(([color]) => color)
    t.equal(colors.length, 4)
    for (const color of colors) t.ok(contrast(color, background) >= 3.9, `${color} on ${background}`)
  }
  t.end()
})
