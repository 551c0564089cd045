/** A bar of the chart. */
export interface Bar {
  readonly label: string
  readonly value: number
  /** Drawn in another colour. */
  readonly own: boolean
}

const WIDTH = 760
const LABELS = 270
const FIGURES = 60
const HEIGHT = 30
const TOP = 44

/** A bar chart as SVG, readable on light and dark ground. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const greatest = Math.max(...bars.map(({ value }) => value))
  const lines = bars.map(({ label, value, own }, i) => {
    const y = TOP + i * HEIGHT
    const width = Math.round(((WIDTH - LABELS - FIGURES) * value) / greatest)
    return [
      `<text x="${LABELS - 10}" y="${y + 16}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${width}" height="22" rx="3"${own ? ' class="own"' : ''}/>`,
      `<text x="${LABELS + width + 8}" y="${y + 16}">${Math.round(value)}</text>`
    ].join('')
  })
  const height = TOP + bars.length * HEIGHT + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600 }
rect { fill: #8c959f } .own { fill: #0969da }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect { fill: #6e7681 } .own { fill: #4493f8 } }
</style>
<text class="title" x="10" y="22">${escaped(title)}</text>
${lines.join('\n')}
</svg>
`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
