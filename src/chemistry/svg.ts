export type Theme = 'light' | 'dark'

type Color = readonly [red: number, green: number, blue: number]

/** What a drawing lies on, and what its carbons and bonds are drawn with. */
const THEMES: Readonly<Record<Theme, { background: Color; foreground: Color }>> = {
  light: { background: [255, 255, 255], foreground: [0, 0, 0] },
  dark: { background: [24, 26, 31], foreground: [235, 235, 235] }
}

/** How a drawing of OpenChemLib's begins. */
const HEAD = /^<svg [^>]*width="(\d+)px" height="(\d+)px" viewBox="([-\d. ]+)"/

/** What WCAG 2.2 asks of text: https://www.w3.org/TR/WCAG22/#contrast-minimum */
const MIN_CONTRAST = 4.5

/**
 * Turns a drawing of OpenChemLib's into one that stands by itself: with a title, in the colors of a theme, and without what
 * a Content-Security-Policy of `default-src 'none'` blocks (its style sheet) or only its own viewer uses.
 */
export function toStandaloneSvg(drawing: string, title: string, theme: Theme): string {
  const { background, foreground } = THEMES[theme]
  const [, width, height, viewBox] = HEAD.exec(drawing) as unknown as [string, string, string, string]
  const [x, y] = viewBox.split(' ')
  const shapes = drawing
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^<(text|line|polygon|circle|ellipse|path) /.test(line) && !line.includes('class="event"'))
    .join('\n')
    .replace(/rgb\((\d+),(\d+),(\d+)\)/g, (_, red, green, blue) => {
      const color: Color = [Number(red), Number(green), Number(blue)]
      return toHex(color.some(Boolean) ? toReadable(color, theme) : foreground)
    })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${viewBox}" role="img" ` +
      'font-family="sans-serif" stroke-linecap="round" stroke-linejoin="round">',
    `<title>${escapeXml(title)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${toHex(background)}"/>`,
    shapes,
    '</svg>\n'
  ].join('\n')
}

/** The color itself or, where it can hardly be told from the background, mixed with the foreground. */
function toReadable(color: Color, theme: Theme): Color {
  const { background, foreground } = THEMES[theme]
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = color.map((part, i) => Math.round(part + ((foreground[i] as number) - part) * share))
    if (contrast(mixed as unknown as Color, background) >= MIN_CONTRAST) return mixed as unknown as Color
  }
  return foreground
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: Color, other: Color): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(color: Color): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as unknown as Color
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toHex(color: Color): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** XML 1.0 takes no control characters, escaped or not. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  return text
    .toWellFormed()
    .replace(/[&<>]/g, (character) => entities[character] as string)
    .replace(/[\p{Cc}\u{FFFE}\u{FFFF}]/gu, ' ')
}
