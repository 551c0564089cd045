/** A bar of the chart. */
export interface Bar {
  readonly label: string
  readonly value: number
  /** Drawn in the accent color. */
  readonly isOurs: boolean
}

const WIDTH = 760
const LABELS_WIDTH = 270
const VALUES_WIDTH = 60
const BAR_HEIGHT = 30
const TOP = 44

/** A bar chart as SVG, readable on a light and on a dark background. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const greatest = Math.max(...bars.map(({ value }) => value))
  const lines = bars.map(({ label, value, isOurs }, i) => {
    const y = TOP + i * BAR_HEIGHT
    const width = Math.round(((WIDTH - LABELS_WIDTH - VALUES_WIDTH) * value) / greatest)
    return [
      `<text x="${LABELS_WIDTH - 10}" y="${y + 16}" text-anchor="end">${escapeXml(label)}</text>`,
      `<rect x="${LABELS_WIDTH}" y="${y}" width="${width}" height="22" rx="3"${isOurs ? ' class="ours"' : ''}/>`,
      `<text x="${LABELS_WIDTH + width + 8}" y="${y + 16}">${Math.round(value)}</text>`
    ].join('')
  })
  const height = TOP + bars.length * BAR_HEIGHT + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}">
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600 }
rect { fill: #8c959f } .ours { fill: #0969da }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect { fill: #6e7681 } .ours { fill: #4493f8 } }
</style>
<text class="title" x="10" y="22">${escapeXml(title)}</text>
${lines.join('\n')}
</svg>
`
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
