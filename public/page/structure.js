import { h } from './dom.js'

/** The drawing of a molecule, in the reader's colors and at most `size` pixels wide and high; a note where there is none. */
export function structure({ smiles, name }, size, loading = 'lazy') {
  const frame = h('span', { class: 'structure' })
  if (!smiles) {
    frame.append(h('span', { class: 'no-structure' }, 'No single structure'))
    return frame
  }
  const address = (theme) => `api/depict?${new URLSearchParams({ smiles, size, theme })}`
  const image = h('img', { alt: `Structure of ${name}`, loading, decoding: 'async' })
  image.addEventListener('error', () => {
    frame.replaceChildren(h('code', { class: 'no-structure', title: 'SMILES' }, smiles))
  })
  image.src = address('light')
  frame.append(h('picture', {}, h('source', { media: '(prefers-color-scheme: dark)', srcset: address('dark') }), image))
  return frame
}
