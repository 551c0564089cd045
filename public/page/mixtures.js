// Mixtures as stacked bars, and one mixture with its experiments.
import { apiUrl, getJson, getPage, toCurl } from './api.js'
import { citation, copyButton, failure, formatNumber, formatUnit, formatValue, h, plural, state } from './dom.js'

const PAGE_ROWS = 60
const COLORS = 12
const TYPING_MS = 180

/** A molecule keeps its color while the page is open. */
const colors = new Map()

export function show(root, view) {
  return view.id ? showMixture(root, view) : showList(root, view)
}

async function showList(root, { params, signal, title, replaceAddress }) {
  title('Mixtures')
  const field = (name, label, placeholder) =>
    h(
      'label',
      { class: 'field grow' },
      h('span', {}, label),
      h('input', {
        type: 'search',
        name,
        placeholder,
        value: params.get(name) ?? '',
        maxlength: 300,
        autocomplete: 'off'
      })
    )
  const form = h(
    'div',
    { class: 'toolbar', role: 'search' },
    field('q', 'Name', 'VS55, M22 …'),
    field('component', 'Contains', 'DMSO, trehalose …')
  )
  const status = h('p', { class: 'count', role: 'status' })
  const list = h('ul', { class: 'mixtures' })
  const problem = h('div')
  const more = h('button', { type: 'button', class: 'more', hidden: true }, 'Show more')
  root.append(
    h('h1', { class: 'hidden' }, 'Mixtures'),
    form,
    h(
      'div',
      { class: 'line' },
      status,
      copyButton('Copy as curl', () => toCurl(apiUrl('mixtures', params)))
    ),
    problem,
    list,
    more
  )
  let controller = new AbortController()
  signal.addEventListener('abort', () => controller.abort())
  let timer
  form.addEventListener('input', ({ target }) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (signal.aborted) return
      if (target.value.trim()) params.set(target.name, target.value.trim())
      else params.delete(target.name)
      replaceAddress('mixtures', params)
      load()
    }, TYPING_MS)
  })
  let next
  more.addEventListener('click', () => load(next))
  await load()

  async function load(query) {
    controller.abort()
    controller = new AbortController()
    const { signal: wanted } = controller
    const first = new URLSearchParams(params)
    first.set('limit', PAGE_ROWS)
    first.set('after', '')
    first.set('count', 'exact')
    problem.replaceChildren()
    try {
      const page = await getPage(apiUrl('mixtures', query ?? first), wanted)
      const { mixtures, total } = page.body
      next = mixtures.length < PAGE_ROWS ? undefined : page.next
      more.hidden = !next
      if (!query) {
        status.textContent = plural(total ?? mixtures.length, 'mixture')
        list.replaceChildren()
        if (!mixtures.length)
          problem.replaceChildren(
            state('No mixture matches', h('a', { class: 'button', href: '#/mixtures' }, 'Show all mixtures'))
          )
      }
      const scale = findScale(mixtures)
      list.append(...mixtures.map((mixture) => row(mixture, scale)))
    } catch (error) {
      if (!wanted.aborted) problem.replaceChildren(failure(error, () => load(query)))
    }
  }
}

function row(mixture, scale) {
  return h(
    'li',
    { class: 'mixture' },
    h('h2', {}, h('a', { href: `#/mixture/${mixture.id}`, dir: 'auto' }, mixture.name)),
    mixture.description && h('p', { class: 'quiet clamp', dir: 'auto' }, mixture.description),
    composition(mixture.components ?? [], scale)
  )
}

/** The largest total of each unit, by which bars of different mixtures can be compared. */
function findScale(mixtures) {
  const scale = new Map()
  for (const { components = [] } of mixtures) {
    for (const [unit, parts] of groupByUnit(components)) scale.set(unit, Math.max(scale.get(unit) ?? 0, total(parts)))
  }
  return scale
}

function groupByUnit(components) {
  const sorted = components.toSorted((a, b) => b.concentration - a.concentration)
  return Map.groupBy(sorted, ({ concentration_unit }) => concentration_unit)
}

const total = (parts) => parts.reduce((sum, { concentration }) => sum + Math.max(0, concentration), 0)

/** A bar for each unit: amounts in different units cannot be added. */
function composition(components, scale) {
  const taken = new Set()
  return h(
    'div',
    { class: 'composition' },
    [...groupByUnit(components)].map(([unit, parts]) => {
      const full = scale?.get(unit) ?? total(parts)
      const bar = h('div', { class: 'bar', 'aria-hidden': 'true' })
      const legend = h('ul', { class: 'legend' })
      for (const { concentration, molecule } of parts) {
        const color = pickColor(molecule?.id, taken)
        const segment = h('span', { class: `color${color}` })
        segment.style.inlineSize = `${(100 * Math.max(0, concentration)) / (full || 1)}%`
        bar.append(segment)
        legend.append(
          h(
            'li',
            {},
            h('span', { class: `swatch color${color}`, 'aria-hidden': 'true' }),
            molecule ? h('a', { href: `#/molecule/${molecule.id}`, dir: 'auto' }, molecule.name) : 'Not visible to you',
            ' ',
            h('span', { class: 'amount' }, formatNumber(concentration) + formatUnit(unit))
          )
        )
      }
      return [bar, legend]
    })
  )
}

function pickColor(id, taken) {
  let color = colors.get(id) ?? colors.size % COLORS
  colors.set(id, color)
  // Within one mixture every color stands for one molecule, as long as there are enough.
  for (let i = 0; taken.has(color) && i < COLORS; i++) color = (color + 1) % COLORS
  taken.add(color)
  return color
}

async function showMixture(root, { id, signal, title }) {
  const path = `mixtures/${encodeURIComponent(id)}`
  root.append(h('p', { class: 'state', role: 'status' }, 'Loading …'))
  const { mixture } = await getJson(apiUrl(path), signal)
  title(mixture.name)
  const experiments = h('div', {}, h('p', { class: 'quiet' }, 'Loading …'))
  root.replaceChildren(
    h('p', { class: 'crumb' }, h('a', { href: '#/mixtures' }, 'Mixtures')),
    h('h1', { dir: 'auto' }, mixture.name),
    mixture.description && h('p', { class: 'lead', dir: 'auto' }, mixture.description),
    mixture.source && h('p', { class: 'quiet' }, citation(mixture.source)),
    h(
      'div',
      { class: 'actions' },
      copyButton('Copy as curl', () => toCurl(apiUrl(path)))
    ),
    h(
      'section',
      {},
      h('h2', {}, 'Composition'),
      mixture.components?.length ? composition(mixture.components) : h('p', { class: 'quiet' }, 'None recorded.')
    ),
    h('section', {}, h('h2', {}, 'Experiments'), experiments)
  )
  const query = new URLSearchParams({ mixture: id, limit: 1000 })
  const load = async () => {
    try {
      const body = await getJson(apiUrl('experiments', query), signal)
      experiments.replaceChildren(experimentTable(body.experiments))
    } catch (error) {
      if (!signal.aborted) experiments.replaceChildren(failure(error, load))
    }
  }
  load()
}

function experimentTable(rows) {
  if (!rows.length) return h('p', { class: 'quiet' }, 'None recorded.')
  return h(
    'div',
    { class: 'scroller', role: 'region', 'aria-label': 'Experiments', tabindex: 0 },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Measured', 'Result', 'Conditions', 'Source'].map((text) => h('th', { scope: 'col' }, text))
        )
      ),
      h(
        'tbody',
        {},
        rows.map((one) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, one.property_type?.name ?? '\u2013'),
            h('td', { class: 'number', dir: 'auto' }, formatValue(one)),
            h(
              'td',
              { class: 'source', dir: 'auto' },
              one.experimental_conditions ?? '\u2013',
              one.date_performed && ` (${one.date_performed})`
            ),
            h('td', { class: 'source' }, citation(one.source))
          )
        )
      )
    )
  )
}
