// Shows the view that the address names, for instance `#/molecules?q=glycol`.
import { ApiError } from './api.js'
import { failure, h } from './dom.js'

const views = {
  molecules: () => import('./molecules.js'),
  molecule: () => import('./molecule.js'),
  mixtures: () => import('./mixtures.js'),
  mixture: () => import('./mixtures.js'),
  plot: () => import('./plot.js'),
  pool: () => import('./pool.js')
}
/** The lists of those views that show one row. */
const LISTS = { molecule: 'molecules', mixture: 'mixtures' }
/** What is typed after such a pause is a step of its own in the history. */
const TYPING_PAUSE_MS = 2000

const main = document.getElementById('main')
const links = [...document.querySelectorAll('nav a')].map((link) => [link, link.hash.slice(2)])
let leaving = new AbortController()
let shown = ''
let typedAt = Number.NEGATIVE_INFINITY
/** The latest address of each view, to which its link leads from the others. */
const latest = {}
/** How far down each address was scrolled, by which going back returns to it. */
const positions = new Map()

/** What the address names, if it is one of this page. */
function readAddress() {
  const [, path, id, query] = /^#\/(\w*)(?:\/([^/?]+))?\/?(?:\?(.*))?$/.exec(location.hash || '#/') ?? []
  const name = path || 'molecules'
  if (path === undefined || !Object.hasOwn(views, name) || Boolean(id) !== name in LISTS) return
  try {
    return { name, id: id && decodeURIComponent(id), params: new URLSearchParams(query) }
  } catch {}
}

async function show(isFirst = false) {
  leaving.abort()
  leaving = new AbortController()
  const { signal } = leaving
  const address = readAddress()
  const name = address?.name
  const list = LISTS[name] ?? name
  markShown(name)
  typedAt = Number.NEGATIVE_INFINITY
  for (const [link, target] of links) {
    if (target === list) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
    link.href = target === name ? `#/${target}` : (latest[target] ?? `#/${target}`)
  }
  const title = (text) => {
    document.title = `${text} \u2013 CryoProtect`
  }
  let view
  try {
    if (!address) throw new ApiError(404, 'This page has no such address.', undefined, 'Not found')
    view = await views[name]().catch(() => {
      throw new ApiError(
        0,
        'A part of the page could not be loaded. The service may have been updated, or does not respond.'
      )
    })
    if (signal.aborted) return
    const root = h('div', { class: `view-${name}` })
    // A link to one row leads to its top, also where it was seen before; only such an entry of the history has no state.
    const scrollTo = (history.state || !(name in LISTS)) && positions.get(location.hash)
    history.replaceState({}, '')
    main.replaceChildren(root)
    await view.show(root, { ...address, signal, title, writeAddress, list: latest[list] ?? `#/${list}` })
    if (signal.aborted) return
    if (!isFirst) {
      scroll({ top: scrollTo || 0, behavior: 'instant' })
      main.focus({ preventScroll: true })
    }
  } catch (error) {
    if (signal.aborted) return
    const all = LISTS[name] ?? 'molecules'
    // A module that has failed is not fetched again, and an updated service has others.
    const retry = () => (view ? show() : location.reload())
    const box = failure(error, retry, h('a', { class: 'button', href: `#/${all}` }, `See all ${all}`))
    title(box.firstChild.textContent)
    main.replaceChildren(box)
  }
}

/** Keeps in the address what a view shows now. What is typed at one go is one step of the history. */
function writeAddress(name, params, isTyping = false) {
  const query = String(params)
  const hash = `#/${name}${query ? `?${query}` : ''}`
  if (hash === location.hash) return
  const now = performance.now()
  const isSameStep = isTyping && now - typedAt < TYPING_PAUSE_MS
  history[isSameStep ? 'replaceState' : 'pushState'](null, '', hash)
  typedAt = isTyping ? now : Number.NEGATIVE_INFINITY
  markShown(name)
}

function markShown(name) {
  shown = location.hash
  if (name) latest[name] = shown
}

document.getElementById('skip').addEventListener('click', () => main.focus())
addEventListener('scroll', () => void positions.set(shown, scrollY), { passive: true })
addEventListener('hashchange', () => void (location.hash !== shown && show()))
history.scrollRestoration = 'manual'
show(true)
