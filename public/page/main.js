// Shows the view that the address names, for instance `#/molecules?q=glycol`.
import { failure, h } from './dom.js'

const views = {
  molecules: () => import('./molecules.js'),
  molecule: () => import('./molecule.js'),
  mixtures: () => import('./mixtures.js'),
  mixture: () => import('./mixtures.js'),
  plot: () => import('./plot.js'),
  pool: () => import('./pool.js')
}
const NAV = { molecule: 'molecules', mixture: 'mixtures' }

const main = document.getElementById('main')
let leaving = new AbortController()
let shown = ''
/** How far down each address was scrolled, by which going back returns to it. */
const positions = new Map()

function readAddress() {
  const [, path = '', query = ''] = /^#\/([^?]*)\??(.*)$/.exec(location.hash) ?? []
  const [name, id] = path.split('/')
  return {
    name: name in views ? name : 'molecules',
    id: id && decodeURIComponent(id),
    params: new URLSearchParams(query)
  }
}

async function show(isFirst = false) {
  leaving.abort()
  leaving = new AbortController()
  const { signal } = leaving
  const { name, id, params } = readAddress()
  shown = location.hash
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `#/${NAV[name] ?? name}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  const title = (text) => {
    document.title = `${text} \u2013 CryoProtect`
  }
  try {
    const view = await views[name]()
    if (signal.aborted) return
    const root = h('div', { class: `view-${name}` })
    const scrollTo = positions.get(location.hash) ?? 0
    main.replaceChildren(root)
    await view.show(root, { id, params, signal, title, replaceAddress })
    if (signal.aborted) return
    if (!isFirst) {
      scroll({ top: scrollTo, behavior: 'instant' })
      if (!scrollTo) main.focus({ preventScroll: true })
    }
  } catch (error) {
    if (signal.aborted) return
    // What is not there will not be there the next time either.
    const isMissing = error.status === 400 || error.status === 404
    const box = failure(error, isMissing ? undefined : () => show())
    const list = NAV[name] ?? 'molecules'
    if (isMissing) box.append(h('a', { class: 'button', href: `#/${list}` }, `See all ${list}`))
    title(box.firstChild.textContent)
    main.replaceChildren(box)
  }
}

/** Keeps what is shown in the address while the reader types, without showing it anew. */
function replaceAddress(path, params) {
  const query = String(params)
  history.replaceState(null, '', `#/${path}${query ? `?${query}` : ''}`)
  shown = location.hash
}

document.getElementById('skip').addEventListener('click', () => main.focus())
addEventListener('scroll', () => void positions.set(shown, scrollY), { passive: true })
addEventListener('hashchange', () => void (location.hash !== shown && show()))
history.scrollRestoration = 'manual'
show(true)
