// Mixtures as stacked bars, and one mixture with its experiments.
import { apiUrl, getJson, getPage, MAX_ROWS, saveFile, toCurl } from './api.js'
import { toComponentCsv } from './csv.js'
import {
  citation,
  copyButton,
  failure,
  formatNumber,
  formatUnit,
  formatValue,
  h,
  onTyped,
  plural,
  state,
  table
} from './dom.js'

const PAGE_ROWS = 60
/** Molecules that a part of a name may mean. */
const MAX_OFFERS = 50
/** Colors that stand for one molecule each, and in all, with the grays that the rarer ones share. */
const HUES = 11
const COLORS = 16

const alternatives = new Intl.ListFormat('en', { type: 'disjunction' })

/** The molecules with a color of their own, while the page is open: the most frequent ones of the list. */
const colors = new Map()

export function show(root, view) {
  return view.id ? showMixture(root, view) : showList(root, view)
}

async function showList(root, { params, signal, title, writeAddress }) {
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
  const scaleNote = h('p', { class: 'quiet' })
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
      scaleNote,
      h(
        'div',
        { class: 'actions' },
        h('button', { type: 'button', onclick: saveTable }, 'CSV table'),
        copyButton('Copy as curl', () => toCurl(apiUrl('mixtures', params)))
      )
    ),
    problem,
    list,
    more
  )
  let controller = new AbortController()
  signal.addEventListener('abort', () => controller.abort())
  const applySearch = ({ target }) => {
    if (target.value.trim()) params.set(target.name, target.value.trim())
    else params.delete(target.name)
    writeAddress('mixtures', params, true)
    load()
  }
  onTyped(form, applySearch, signal)
  let rows = []
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
    more.disabled = true
    try {
      const page = await getPage(apiUrl('mixtures', query ?? first), wanted)
      const { mixtures, total } = page.body
      next = mixtures.length < PAGE_ROWS ? undefined : page.next
      more.hidden = !next
      if (!query) status.textContent = plural(total ?? mixtures.length, 'mixture')
      rows = query ? [...rows, ...mixtures] : mixtures
      assignColors(rows)
      const scale = findScale(rows)
      const full = [...scale].map(([unit, size]) => formatNumber(size) + formatUnit(unit))
      scaleNote.textContent = full.length ? `A full bar is ${alternatives.format(full)}.` : ''
      list.replaceChildren(...rows.map((mixture) => row(mixture, scale)))
      if (!rows.length) problem.replaceChildren(await explainNone(wanted))
    } catch (error) {
      if (wanted.aborted) return
      if (!query) {
        list.replaceChildren()
        status.textContent = ''
        scaleNote.textContent = ''
        more.hidden = true
      }
      problem.replaceChildren(failure(error, () => load(query), showAll()))
    }
    more.disabled = false
  }

  async function saveTable() {
    problem.replaceChildren()
    const all = new URLSearchParams(params)
    all.set('limit', MAX_ROWS)
    all.set('count', 'exact')
    try {
      const { mixtures, total } = await getJson(apiUrl('mixtures', all), signal)
      saveFile(toComponentCsv(mixtures), 'mixtures.csv')
      if (total > mixtures.length)
        status.textContent = `${plural(total, 'mixture')}; the file has the first ${mixtures.length}`
    } catch (error) {
      if (!signal.aborted) problem.replaceChildren(failure(error))
    }
  }

  /** That no mixture matches, or the molecules that are meant if their names are not whole. */
  async function explainNone(wanted) {
    const offers = h('ul', { class: 'links' })
    const component = params.get('component')
    if (component) {
      const query = new URLSearchParams({ q: component, select: 'id,name', include: 'mixtures', limit: MAX_OFFERS })
      const { molecules } = await getJson(apiUrl('molecules', query), wanted)
      const used = molecules.filter(({ mixtures }) => mixtures.length)
      for (const { name, mixtures } of used.toSorted((a, b) => b.mixtures.length - a.mixtures.length)) {
        const others = new URLSearchParams(params)
        others.set('component', name)
        offers.append(
          h(
            'li',
            {},
            h('a', { href: `#/mixtures?${others}`, dir: 'auto' }, name),
            h('span', {}, plural(mixtures.length, 'mixture'))
          )
        )
      }
    }
    return state(
      offers.firstChild ? 'Which molecule?' : 'No mixture matches',
      offers.firstChild && [h('p', {}, `These have \u201c${component}\u201d in a name or synonym:`), offers],
      showAll()
    )
  }
}

const showAll = () => h('a', { class: 'button', href: '#/mixtures' }, 'Show all mixtures')

/** Gives the most frequent molecules the colors that are left. */
function assignColors(mixtures) {
  const ids = mixtures.flatMap(({ components = [] }) => components.flatMap(({ molecule }) => molecule?.id ?? []))
  const byFrequency = [...Map.groupBy(ids, (id) => id).values()].toSorted((a, b) => b.length - a.length)
  for (const [id] of byFrequency) if (!colors.has(id) && colors.size < HUES) colors.set(id, colors.size)
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
    for (const [unit, parts] of groupByUnit(components)) scale.set(unit, Math.max(scale.get(unit) ?? 0, sum(parts)))
  }
  return scale
}

function groupByUnit(components) {
  const sorted = components.toSorted((a, b) => b.concentration - a.concentration)
  return Map.groupBy(sorted, ({ concentration_unit }) => concentration_unit)
}

const sum = (parts) => parts.reduce((all, { concentration }) => all + Math.max(0, concentration), 0)

/** A bar for each unit: amounts in different units cannot be added. */
function composition(components, scale) {
  const taken = new Set()
  return h(
    'div',
    { class: 'composition' },
    [...groupByUnit(components)].map(([unit, parts]) => {
      const whole = sum(parts)
      const full = scale?.get(unit) ?? whole
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
      return [h('div', { class: 'total' }, bar, h('span', {}, formatNumber(whole) + formatUnit(unit))), legend]
    })
  )
}

function pickColor(id, taken) {
  // Before there was a list, all colors are free.
  let color = colors.get(id) ?? (colors.size && HUES)
  // Within one mixture every color stands for one molecule, as long as there are enough.
  while (taken.has(color) && color < COLORS - 1) color++
  taken.add(color)
  return color
}

async function showMixture(root, { id, signal, title, list }) {
  const path = `mixtures/${encodeURIComponent(id)}`
  root.append(h('p', { class: 'state', role: 'status' }, 'Loading …'))
  const { mixture } = await getJson(apiUrl(path), signal)
  title(mixture.name)
  const experiments = h('div', {}, h('p', { class: 'quiet' }, 'Loading …'))
  root.replaceChildren(
    h('p', { class: 'crumb' }, h('a', { href: list }, 'Mixtures')),
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
  const query = new URLSearchParams({ mixture: id, limit: MAX_ROWS })
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

function experimentTable(experiments) {
  if (!experiments.length) return h('p', { class: 'quiet' }, 'None recorded.')
  const rows = experiments.map((one) =>
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
  return table('Experiments', ['Measured', 'Result', 'Conditions', 'Source'], rows, { stack: true })
}
