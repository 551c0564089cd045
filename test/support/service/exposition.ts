// Prometheus' text format.

/** The lines with values. */
export function series(text: string): string[] {
  return text.split('\n').filter((line) => line && !line.startsWith('#'))
}

/** The value of one series, named with its labels; NaN if it is not there. */
export function readSample(text: string, name: string): number {
  const line = series(text).find((one) => one.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? Number.NaN)
}
