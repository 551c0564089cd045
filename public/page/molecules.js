// The list of molecules: search, filters, order, cards or a table, downloads. The address has the API's own parameters.
import { apiUrl, download, getJson, getPage, getPropertyTypes, hasMore, MAX_ROWS, saveFile, toCurl } from './api.js'
import { toMoleculeCsv } from './csv.js'
import {
  citation,
  copyButton,
  failure,
  formatCount,
  formatNumber,
  formatUnit,
  formatValue,
  formula,
  h,
  onTyped,
  plural,
  state,
  table
} from './dom.js'
import { PAGE_ROWS } from './first-list.js'
import {
  adviseSearch,
  describeSearch,
  explainInvalid,
  findSearch,
  guessSearch,
  isNoSmiles,
  readInchiFormula,
  SEARCHES,
  toFormula
} from './search-text.js'
import { structure } from './structure.js'

/** Whose drawings are asked for before their place is known: as many as a large window shows. */
const FIRST_CARDS = 18
/** How similar molecules are at least: small ones share few features. */
const MIN_SIMILARITY = 0.4
/** The least that the API takes. */
const LEAST_SIMILARITY = 0.1
/** The parameters of the filters. */
const FILTERS = ['molecular_weight', 'property']
/** When to ask again while the service is still reading the structures. */
const INDEXING_MS = 1000

const formatShare = (score) => `${Math.round(score * 100)}\u00a0%`

const readNumber = (field) => field.value.trim().replace(',', '.').replace('\u2212', '-')

/** What is searched for, if anything, in place of what was. */
function setSearch(params, parameter, text) {
  for (const name of [...Object.keys(SEARCHES), 'min']) params.delete(name)
  if (text) params.set(parameter, parameter === 'formula' ? toFormula(text) : text)
}

const showAll = () => h('a', { href: '#/molecules', class: 'button' }, 'Show all molecules')

/** What rows are added to; a list that is loading has cards that are hidden. */
const ROWS = 'tbody, .cards:not([aria-hidden])'

const option = (value, text) => h('option', { value }, text)

/** The last list, so that going back to it finds it as it was. */
let last = { key: '', rows: [] }
/** Whether the project knows whose names are synonyms, as far as has been seen. */
let hasSynonyms = true
const MAX_SYNONYM_LENGTH = 100

export async function show(root, { params, signal, title, writeAddress }) {
  title('Molecules')
  let controller = new AbortController()
  signal.addEventListener('abort', () => controller.abort())

  const search = findSearch(params)
  const input = h('input', {
    id: 'search',
    type: 'search',
    placeholder: 'DMSO, C3H8O3, OCC(O)CO …',
    autocomplete: 'off',
    spellcheck: 'false',
    maxlength: 300,
    'aria-describedby': 'search-hint',
    value: params.get(search) ?? ''
  })
  const by = h(
    'select',
    { id: 'search-by', 'aria-label': 'Search by' },
    option('', 'Anything'),
    Object.entries(SEARCHES).map(([name, { label }]) => option(name, label))
  )
  by.value = search && search !== guessSearch(params.get(search)) ? search : ''
  const hint = h('p', { id: 'search-hint', class: 'quiet' })

  const order = h(
    'select',
    { id: 'order' },
    option('', 'Name'),
    option('name.desc', 'Name, Z to A'),
    option('molecular_weight.asc', 'Weight, lightest first'),
    option('molecular_weight.desc', 'Weight, heaviest first'),
    option('updated_at.desc', 'Last changed')
  )
  const filters = h('div', { class: 'ranges' }, range('Molecular weight', 'g/mol', 'molecular_weight', ''))
  const filterCount = h('span', { class: 'badge', hidden: true })
  const clear = h('button', { type: 'button', class: 'plain', onclick: clearFilters }, 'Clear all filters')
  const filterProblem = h('p', { id: 'filter-problem', class: 'refused', role: 'alert' })
  const filterPanel = h('details', { class: 'filters' }, h('summary', {}, 'Filters ', filterCount), filters, clear)
  const views = h(
    'fieldset',
    { class: 'switch' },
    h('legend', { class: 'hidden' }, 'Show as'),
    ['cards', 'table'].map((name) =>
      h(
        'label',
        {},
        h('input', {
          type: 'radio',
          name: 'view',
          value: name,
          checked: (params.get('view') === 'table') === (name === 'table'),
          onchange: () => {
            set('view', name === 'cards' ? null : name)
            if (current.rows.length) draw()
          }
        }),
        h('span', {}, name === 'cards' ? 'Cards' : 'Table')
      )
    )
  )
  const status = h('p', { class: 'count', role: 'status' })
  const cutNote = h('p', { class: 'quiet', role: 'status' })
  const saving = h(
    'details',
    { class: 'menu' },
    h('summary', {}, 'Download'),
    h(
      'div',
      {},
      saveButton('CSV table', saveTable),
      saveButton('SDF structures', (all) =>
        download(apiUrl('molecules', all), 'chemical/x-mdl-sdfile', 'molecules.sdf')
      ),
      copyButton('Copy as curl', () => toCurl(apiUrl('molecules', query()))),
      cutNote
    )
  )
  const list = h('div', { class: 'list' })
  const more = h('button', { type: 'button', class: 'more', hidden: true, onclick: loadMore }, 'Show more')
  const problem = h('div')

  root.append(
    h('h1', { class: 'hidden' }, 'Molecules'),
    h(
      'div',
      { class: 'toolbar' },
      h(
        'div',
        { class: 'searchbox', role: 'search' },
        h('label', { for: 'search', class: 'hidden' }, 'Search molecules'),
        input,
        by
      ),
      h('div', { class: 'tools' }, h('label', { class: 'field' }, 'Sort by ', order), views, saving)
    ),
    hint,
    filterPanel,
    status,
    list,
    problem,
    more
  )

  onTyped(input, applySearch, signal)
  onTyped(filters, applyFilters, signal)
  by.addEventListener('change', () => applySearch())
  saving.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return
    saving.open = false
    saving.querySelector('summary').focus()
  })
  const closeMenu = ({ target }) => {
    if (!saving.contains(target)) saving.open = false
  }
  document.addEventListener('click', closeMenu, { signal })
  order.addEventListener('change', () => {
    set('order', order.value || null)
    load()
  })
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting) && !problem.firstChild) loadMore()
    },
    { rootMargin: '600px' }
  )
  observer.observe(more)
  signal.addEventListener('abort', () => {
    observer.disconnect()
  })
  showHint()
  offerOrders(shownProperties())
  // On a phone they would leave no room for the list.
  if (countFilters() && innerWidth > 640) filterPanel.open = true
  let current = { key: '', rows: [] }
  const isKnown = last.key === String(query()) && last.rows.length
  if (isKnown) {
    current = last
    draw()
  }
  // The list first: it is what the reader waits for.
  const loading = isKnown || load()
  getPropertyTypes()
    .catch(() => [])
    .then(offerProperties)
  await loading

  async function saveTable(all) {
    if ((await getPropertyTypes()).length) all.set('include', 'properties')
    const { body, next } = await getPage(apiUrl('molecules', all))
    saveFile(toMoleculeCsv(body.molecules), 'molecules.csv')
    return next
  }

  function saveButton(label, save) {
    const button = h('button', { type: 'button' }, label)
    button.addEventListener('click', async () => {
      problem.replaceChildren()
      button.disabled = true
      try {
        const all = query()
        all.set('limit', MAX_ROWS)
        const { key } = current
        const isCut = await hasMore(await save(all))
        if (isCut && key === current.key) noteCut()
        saving.open = isCut
      } catch (error) {
        problem.replaceChildren(failure(error))
      }
      button.disabled = false
    })
    return button
  }

  function noteCut() {
    cutNote.textContent = `A file has the first ${formatCount(MAX_ROWS)} molecules at most. Narrow the search or the filters for the others.`
  }

  /** Whether the list is searched by structure, and then in the order of the similarity. */
  function isByStructure() {
    return params.has('substructure') || params.has('similar')
  }

  /** What the API is asked for, but for how many rows. */
  function query() {
    const all = new URLSearchParams(params)
    all.delete('view')
    if (isByStructure()) all.delete('order')
    if (all.has('similar') && !all.has('min')) all.set('min', MIN_SIMILARITY)
    if (shownProperties().length) all.set('include', 'properties')
    return all
  }

  /** The properties that the list is filtered or sorted by, which it then shows. */
  function shownProperties() {
    const names = params.getAll('property').map((text) => /^(.*)\.\w+\.[^.]*(?:\.\d+)?$/.exec(text)?.[1])
    if (!isByStructure()) names.push(/^property\.(.*)\.(?:asc|desc)$/.exec(params.get('order') ?? '')?.[1])
    return [...new Set(names.filter(Boolean))]
  }

  function set(name, value) {
    if (value === null) params.delete(name)
    else params.set(name, value)
    writeAddress('molecules', params)
  }

  function applySearch(typed) {
    const text = readSearch()
    setSearch(params, by.value || guessSearch(text), text)
    writeAddress('molecules', params, Boolean(typed))
    showHint()
    load()
  }

  /** The text as the API knows it: a formula may have come with subscripts, a number or a key with what it is. */
  function readSearch() {
    const text = input.value.normalize('NFKC').trim().replace(/\s+/g, ' ')
    return text.replace(/^(?:InChIKey=|(?:CAS|(?:PubChem )?CID)[: ]*(?=\d))/i, '')
  }

  function showHint() {
    order.parentNode.hidden = isByStructure()
    const name = findSearch(params)
    hint.textContent = name && name !== 'q' ? describeSearch(name, readMinimum()) : ''
    if (name === 'q') explainSynonym(params.get(name))
  }

  /** Says whose synonym the text is: the list has every name that contains it. */
  async function explainSynonym(text) {
    if (text.length > MAX_SYNONYM_LENGTH || !hasSynonyms) return
    try {
      const { suggestions } = await getJson(apiUrl('suggest', new URLSearchParams({ q: text, limit: 1 })), signal)
      const [{ name, kind, molecule_id: id, molecule_name: of } = {}] = suggestions
      const isSynonym = kind !== 'name' && name?.toLowerCase() === text.toLowerCase()
      if (!isSynonym || params.get('q') !== text) return
      hint.replaceChildren(`${name}: ${kind} of `, h('a', { href: `#/molecule/${id}`, dir: 'auto' }, of))
    } catch (error) {
      if (error.isAbsent) hasSynonyms = false
    }
  }

  function applyFilters(typed) {
    const fields = [...filters.querySelectorAll('input')]
    // What no field shows stays as it is.
    const comparisons = FILTERS.flatMap((name) => params.getAll(name).map((value) => [name, value])).filter(
      ([name, value]) => !fields.some(({ dataset }) => dataset.name === name && value.startsWith(dataset.prefix))
    )
    if (!checkFilters()) return
    for (const field of fields) {
      const { name, prefix } = field.dataset
      const text = readNumber(field)
      if (text !== '') comparisons.push([name, prefix + text])
    }
    for (const name of FILTERS) params.delete(name)
    for (const [name, value] of comparisons) params.append(name, value)
    writeAddress('molecules', params, Boolean(typed))
    countFilters()
    load()
  }

  /** Whether all fields have numbers; says which does not. */
  function checkFilters() {
    let invalid
    for (const field of filters.querySelectorAll('input')) {
      const isNumber = /^(-?\d{1,9}(\.\d{1,6})?)?$/.test(readNumber(field))
      field.setAttribute('aria-invalid', String(!isNumber))
      if (!isNumber) invalid ??= field
    }
    filterProblem.textContent = ''
    if (!invalid) return true
    invalid.parentNode.append(filterProblem)
    filterProblem.textContent = `\u201c${invalid.value.trim()}\u201d is not a number such as 90 or \u22121.5`
    filterPanel.open = true
    return false
  }

  function clearFilters() {
    for (const field of filters.querySelectorAll('input')) field.value = ''
    for (const name of FILTERS) params.delete(name)
    applyFilters()
  }

  function countFilters() {
    const count = FILTERS.flatMap((name) => params.getAll(name)).length
    filterCount.textContent = String(count)
    filterCount.hidden = !count
    clear.hidden = !count
    return count
  }

  /** Adds to the order and the filters, and leaves what is there: the reader may be using it. */
  function offerProperties(types) {
    if (signal.aborted) return
    const numeric = types.filter(({ data_type }) => data_type === 'numeric')
    // An address may name others.
    for (const name of shownProperties()) if (!numeric.some((one) => one.name === name)) numeric.push({ name })
    offerOrders(numeric.map(({ name }) => name))
    filters.append(
      ...numeric.map(({ name, units, description }) => range(name, units, 'property', `${name}.`, description))
    )
    checkFilters()
  }

  function offerOrders(names) {
    for (const name of names) {
      if ([...order.options].some(({ value }) => value === `property.${name}.asc`)) continue
      order.append(
        option(`property.${name}.asc`, `${name}, lowest first`),
        option(`property.${name}.desc`, `${name}, highest first`)
      )
    }
    const wanted = params.get('order') ?? ''
    order.value = wanted
    // An address may have another.
    if (order.value !== wanted) order.append(h('option', { value: wanted, selected: true }, wanted))
  }

  function range(name, units, parameter, subject, description) {
    const bound = (op, label) => {
      const prefix = `${subject}${op}.`
      const value = params.getAll(parameter).find((one) => one.startsWith(prefix))
      const field = h('input', {
        type: 'text',
        inputmode: 'decimal',
        placeholder: label,
        'aria-label': `${name}, ${label}${units ? `, in ${units}` : ''}`,
        'aria-describedby': 'filter-problem',
        value: value?.slice(prefix.length) ?? '',
        maxlength: 16
      })
      Object.assign(field.dataset, { name: parameter, prefix })
      return field
    }
    return h(
      'div',
      { class: 'range' },
      h('span', { class: 'range-name', title: description }, name, units && h('span', { class: 'quiet' }, ` ${units}`)),
      bound('gte', 'from'),
      bound('lte', 'to')
    )
  }

  async function load() {
    controller.abort()
    controller = new AbortController()
    const { signal: wanted } = controller
    const all = query()
    const key = String(all)
    all.set('limit', PAGE_ROWS)
    if (!isByStructure()) {
      all.set('count', 'exact')
      // In the order of a property there is no cursor.
      if (!all.get('order')?.startsWith('property.')) all.set('after', '')
    }
    list.setAttribute('aria-busy', 'true')
    problem.replaceChildren()
    cutNote.textContent = ''
    if (!current.rows.length) list.replaceChildren(skeleton())
    try {
      const { body, next, isComplete } = await getPage(apiUrl('molecules', all), wanted)
      current = { key, rows: body.molecules, next: findNext(body, next), total: body.total, isComplete }
      draw()
      // Usually there are no more: then this is all of them.
      if (current.rows.length < PAGE_ROWS) loadMore()
      if (isComplete) last = current
      else setTimeout(() => wanted.aborted || load(), INDEXING_MS)
    } catch (error) {
      if (wanted.aborted) return
      current = { key: '', rows: [] }
      list.replaceChildren(isNoSmiles(error.message, readSearch()) ? offerOtherSearch() : explainFailure(error))
      status.textContent = ''
      more.hidden = true
    }
    list.removeAttribute('aria-busy')
  }

  function explainFailure(error) {
    error.message = explainInvalid(error.message)
    return failure(error, load, showAll())
  }

  /** No structure was typed where one is searched for: leads to the search by what the text looks like. */
  function offerOtherSearch() {
    const text = readSearch()
    const guess = guessSearch(text)
    const { label } = SEARCHES[params.has('similar') ? 'similar' : 'substructure']
    const named = new URLSearchParams(params)
    setSearch(named, guess, text)
    const message = `\u201c${label}\u201d takes a structure as SMILES, such as OCC(O)CO. A molecule that is found by its name leads to those that are similar or contain it.`
    const link = h(
      'a',
      { class: 'button', href: `#/molecules?${named}` },
      `Search for \u201c${text}\u201d ${SEARCHES[guess].hint}`
    )
    return failure({ title: 'Not a SMILES', message, isFinal: true }, undefined, link)
  }

  async function loadMore() {
    const { next, key } = current
    if (!next || more.disabled) return
    more.disabled = true
    problem.replaceChildren()
    try {
      const page = await getPage(apiUrl('molecules', next), controller.signal)
      if (current.key !== key) return
      current.rows.push(...page.body.molecules)
      current.next = findNext(page.body, page.next)
      if (list.querySelector(ROWS)) drawRows(page.body.molecules)
      else draw()
      showCount()
    } catch (error) {
      if (!controller.signal.aborted) problem.replaceChildren(failure(error, loadMore))
    } finally {
      more.disabled = false
    }
  }

  /** By cursor there is a link behind the last row too, but a short page is the last. */
  function findNext({ molecules }, next) {
    return isByStructure() || molecules.length === PAGE_ROWS ? next : undefined
  }

  function showCount() {
    const { rows, next, isComplete, total = rows.length } = current
    if (total > MAX_ROWS) noteCut()
    const count = isByStructure() && next ? `The first ${plural(total, 'molecule')}` : plural(total, 'molecule')
    status.textContent = isComplete ? count : `${count} so far: structures are still being read`
  }

  function draw() {
    const { rows, next, isComplete } = current
    showCount()
    more.hidden = !next
    if (!rows.length) {
      if (next)
        list.replaceChildren(state('No molecule so far', h('p', {}, 'The filters exclude those that fit best.')))
      else if (isComplete) list.replaceChildren(state('No molecule matches', h('p', {}, advise()), showAll()))
      return
    }
    if (params.get('view') === 'table') {
      const heads = [
        'Structure',
        'Name',
        params.has('similar') && 'Similarity',
        'Formula',
        'Weight',
        ...shownProperties(),
        'PubChem CID',
        'Source'
      ].filter(Boolean)
      list.replaceChildren(table('Table of molecules', heads, [], { stack: true }))
    } else list.replaceChildren(h('ul', { class: 'cards' }))
    drawRows(rows)
  }

  function advise() {
    const text = readSearch()
    const molecular = readInchiFormula(text)
    if (molecular)
      return [
        'An InChI cannot be searched for: take the InChIKey, the SMILES or ',
        h('a', { href: `#/molecules?formula=${molecular}` }, 'its formula ', formula(molecular)),
        '.'
      ]
    const name = findSearch(params)
    return [adviseSearch(name, text), name === 'similar' && offerLessSimilar()]
  }

  function offerLessSimilar() {
    const min = Math.max(LEAST_SIMILARITY, readMinimum() / 2)
    if (min >= readMinimum()) return
    const others = new URLSearchParams(params)
    others.set('min', min)
    return [' Or see ', h('a', { href: `#/molecules?${others}` }, 'less similar ones'), '.']
  }

  function readMinimum() {
    return params.get('min') ?? MIN_SIMILARITY
  }

  function drawRows(rows) {
    const target = list.querySelector(ROWS)
    target.append(...rows.map(target.localName === 'tbody' ? tableRow : card))
    more.hidden = !current.next
  }

  function values(molecule) {
    return shownProperties().map((name) => {
      const found = (molecule.properties ?? []).filter(({ property_type }) => property_type?.name === name)
      return { name, text: found.length ? found.map(formatValue).join('; ') : '\u2013' }
    })
  }

  function card(molecule, i) {
    const { id, name, molecular_formula, molecular_weight, score } = molecule
    return h(
      'li',
      {},
      h(
        'a',
        { class: 'card', href: `#/molecule/${id}` },
        structure(molecule, 150, i < FIRST_CARDS ? 'eager' : 'lazy'),
        h('span', { class: 'card-name', dir: 'auto' }, name),
        h(
          'span',
          { class: 'card-facts' },
          molecular_formula && formula(molecular_formula),
          molecular_weight !== null && h('span', {}, formatNumber(molecular_weight) + formatUnit('g/mol')),
          params.has('similar') && h('span', {}, `${formatShare(score)} similar`)
        ),
        values(molecule).map((one) =>
          h('span', { class: 'card-facts' }, h('span', {}, one.name), h('span', {}, one.text))
        )
      )
    )
  }

  function tableRow(molecule) {
    const { id, cid, name, molecular_formula, molecular_weight, pubchem_link, source, score } = molecule
    return h(
      'tr',
      {},
      h('td', { class: 'thumb' }, structure(molecule, 100)),
      h('th', { scope: 'row', dir: 'auto' }, h('a', { href: `#/molecule/${id}` }, name)),
      params.has('similar') && h('td', { class: 'number', 'data-label': 'Similarity' }, formatShare(score)),
      h('td', {}, molecular_formula ? formula(molecular_formula) : '\u2013'),
      h(
        'td',
        { class: 'number' },
        molecular_weight === null ? '\u2013' : formatNumber(molecular_weight) + formatUnit('g/mol')
      ),
      values(molecule).map(({ name: property, text }) => h('td', { class: 'number', 'data-label': property }, text)),
      h(
        'td',
        { class: 'number', 'data-label': 'PubChem CID' },
        cid === null ? '\u2013' : pubchemLink(pubchem_link, cid)
      ),
      h('td', { class: 'source' }, citation(source))
    )
  }
}

/** A link to PubChem, and to nothing else that a row may name. */
export function pubchemLink(url, cid) {
  return /^https:\/\//.test(url ?? '')
    ? h('a', { href: url, rel: 'noreferrer', target: '_blank' }, String(cid))
    : String(cid)
}

function skeleton() {
  return h(
    'ul',
    { class: 'cards', 'aria-hidden': 'true' },
    Array.from({ length: 12 }, () => h('li', {}, h('div', { class: 'card skeleton' })))
  )
}
