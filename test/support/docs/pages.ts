import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../../', import.meta.url)

/** A page of the documentation. */
export interface DocsPage {
  /** Relative to the project's folder. */
  readonly path: string
  readonly text: string
}

/** The README and the pages that it leads to. */
export function readPages(): DocsPage[] {
  const pages = readdirSync(new URL('docs', root)).filter((name) => name.endsWith('.md'))
  const paths = ['README.md', 'CONTRIBUTING.md', ...pages.map((name) => `docs/${name}`)]
  return paths.map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }))
}
