import { cpus, loadavg, totalmem } from 'node:os'
import type { Summary } from '../harness/measure.ts'

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A measured value and what it should be. */
export interface Target {
  readonly name: string
  readonly value: number
  readonly unit?: string
  readonly atMost?: number
  readonly atLeast?: number
}

/** The results of a scenario. */
export interface Section {
  readonly title: string
  /** How it was measured. */
  readonly about: string
  readonly tables: readonly Table[]
  /** An SVG. */
  readonly chart?: string
  readonly targets: readonly Target[]
}

/** The results in Markdown that a terminal shows well, too. */
export function renderMarkdown(sections: readonly Section[], machine: string): string {
  const targets = sections.flatMap((section) => section.targets)
  return [
    machine,
    ...(targets.length ? [renderTable(buildTargetTable(targets))] : []),
    ...sections.map(({ title, about, tables }) => [`## ${title}`, about, ...tables.map(renderTable)].join('\n\n'))
  ].join('\n\n')
}

/** The machine, and its load before the start. */
export function describeMachine(): string {
  const [{ model } = { model: 'unknown CPU' }, ...others] = cpus()
  const [load = 0] = loadavg()
  const memory = Math.round(totalmem() / 2 ** 30)
  return (
    `${others.length + 1} × ${model.trim()}, ${memory} GB, Linux, Node ${process.version}; ` +
    `load average before the start ${load.toFixed(1)}; ${new Date().toISOString().slice(0, 10)}`
  )
}

/** `12.3 (11.8–13.0)`: the median, the least and the greatest value. */
export function formatSummary({ median, min, max }: Summary, digits = 1): string {
  const [middle, least, greatest] = [median, min, max].map((value) => formatNumber(value, digits))
  return Number.isNaN(median) ? '' : `${middle} (${least}–${greatest})`
}

export function formatNumber(value: number, digits = 1): string {
  if (Number.isNaN(value)) return ''
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function buildTargetTable(targets: readonly Target[]): Table {
  const rows = targets.map(({ name, value, unit = '', atMost, atLeast }) => [
    name,
    `${formatNumber(value, 2)}${unit}`,
    atMost === undefined ? `≥ ${atLeast}${unit}` : `≤ ${atMost}${unit}`,
    value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? 0) ? 'met' : 'missed'
  ])
  return { title: 'Targets', columns: ['median ratio, unless a unit is given', 'measured', 'target', ''], rows }
}

/** The first column is aligned left, the others right. */
function renderTable({ title, columns, rows }: Table): string {
  const widths = columns.map((column, i) => Math.max(3, column.length, ...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (i ? (cells[i] ?? '').padStart(width) : (cells[i] ?? '').padEnd(width))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`
  return [`**${title}**`, '', line(columns), rule, ...rows.map(line)].join('\n')
}
