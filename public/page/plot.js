// Any two numeric properties of all molecules against each other.
import { apiUrl, getPage, getPropertyTypes, MAX_ROWS } from './api.js'
import { formatCount, formatNumber, formatUnit, h, plural, state, svg, table } from './dom.js'
import { findReach, pileUp, spread } from './piles.js'
import { structure } from './structure.js'

/** In units of the drawing, which are about pixels. */
const WIDE = { width: 860, height: 520, top: 16, right: 20, bottom: 58, left: 76 }
const NARROW = { width: 340, height: 380, top: 8, right: 8, bottom: 52, left: 58 }
const narrow = matchMedia('(max-width: 40rem)')
const MAX_PAGES = 5
const WEIGHT = { name: 'Molecular weight', units: 'g/mol' }

export async function show(root, { params, signal, title, writeAddress }) {
  title('Plot')
  root.append(h('p', { class: 'state', role: 'status' }, 'Loading …'))
  const [types, { molecules, isComplete }] = await Promise.all([getPropertyTypes(), loadMolecules(signal)])
  const numeric = [WEIGHT, ...types.filter(({ data_type }) => data_type === 'numeric')].filter(
    ({ name }) => molecules.filter((one) => one.values.has(name)).length > 1
  )
  const flags = types.filter(
    ({ data_type, name }) => data_type === 'boolean' && molecules.some((one) => one.values.has(name))
  )
  if (numeric.length < 2) {
    root.replaceChildren(
      state('There is nothing to plot', h('p', {}, 'This project has no two numeric properties of its molecules.'))
    )
    return
  }
  const has = (name) => numeric.some((one) => one.name === name)
  const choose = (key, fallback) => (has(params.get(key)) ? params.get(key) : has(fallback) ? fallback : undefined)
  const isColor = (name) => name === '' || flags.some((one) => one.name === name)
  const choice = {
    x: choose('x', 'LogP') ?? numeric[0].name,
    y: choose('y', 'Topological Polar Surface Area') ?? numeric[1].name,
    color: isColor(params.get('color')) ? params.get('color') : (flags[0]?.name ?? '')
  }
  const select = (key, label, options) => {
    const field = h(
      'select',
      {},
      options.map(([value, text]) => h('option', { value }, text))
    )
    field.value = choice[key]
    field.addEventListener('change', () => {
      choice[key] = field.value
      params.set(key, field.value)
      writeAddress('plot', params)
      note.textContent = ''
      draw()
    })
    return h('label', { class: 'field grow' }, h('span', {}, label), field)
  }
  const named = numeric.map(({ name, units }) => [name, units ? `${name} (${units})` : name])
  const note = h('p', { class: 'quiet', role: 'status' })
  const unknown = ['x', 'y', 'color']
    .map((key) => params.get(key))
    .filter((name) => name && !Object.values(choice).includes(name))
  if (unknown.length)
    note.textContent = `Molecules have no such values to plot: ${unknown.join(', ')}. The plot shows others instead.`
  const figure = h('div', { class: 'plot' })
  const values = h('div')
  root.replaceChildren(
    h('h1', { class: 'hidden' }, 'Plot'),
    h(
      'div',
      { class: 'toolbar' },
      select('x', 'X axis', named),
      select('y', 'Y axis', named),
      select('color', 'Color by', [['', 'Nothing'], ...flags.map(({ name }) => [name, name])])
    ),
    note,
    figure,
    h('p', { class: 'quiet', hidden: isComplete }, `Of the first ${formatCount(molecules.length)} molecules by name.`),
    h('details', { class: 'filters' }, h('summary', {}, 'The same as a table'), values)
  )
  draw()
  narrow.addEventListener('change', draw, { signal })

  function draw() {
    const unit = (name) => numeric.find((one) => one.name === name)?.units
    const points = molecules
      .filter(({ values }) => values.has(choice.x) && values.has(choice.y))
      .map((molecule) => ({
        molecule,
        x: molecule.values.get(choice.x),
        y: molecule.values.get(choice.y),
        flag: molecule.values.get(choice.color)
      }))
      .toSorted((a, b) => a.x - b.x || a.y - b.y)
    figure.replaceChildren(...drawPlot(points, choice, unit))
    values.replaceChildren(drawTable(points, choice, unit))
  }
}

/** Molecules with their values by property, the mean where a property has several, and whether these are all. */
async function loadMolecules(signal) {
  const molecules = []
  let query = new URLSearchParams({ include: 'properties', limit: MAX_ROWS, after: '' })
  for (let i = 0; query && i < MAX_PAGES; i++) {
    const { body, next } = await getPage(apiUrl('molecules', query), signal)
    molecules.push(...body.molecules)
    query = body.molecules.length < MAX_ROWS ? undefined : next
  }
  const withValues = molecules.map(({ properties = [], ...molecule }) => {
    const values = new Map()
    if (molecule.molecular_weight !== null) values.set(WEIGHT.name, molecule.molecular_weight)
    for (const [name, all] of Map.groupBy(properties, ({ property_type }) => property_type?.name)) {
      const measured = all.map((one) => one.numeric_value).filter((value) => value !== null)
      const flag = all.find((one) => one.boolean_value !== null)?.boolean_value
      if (measured.length) values.set(name, measured.reduce((sum, value) => sum + value, 0) / measured.length)
      else if (flag !== undefined) values.set(name, flag)
    }
    return { ...molecule, values }
  })
  return { molecules: withValues, isComplete: !query }
}

/** A scale over the values with room at both ends, and its round ticks. */
function createScale(values, from, to) {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const pad = (high - low || Math.abs(high) || 1) * 0.05
  const [start, end] = [low - pad, high + pad]
  const rough = (end - start) / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)
  const ticks = []
  for (let i = Math.ceil(start / step); i * step <= end; i++) ticks.push(Number((i * step).toPrecision(10)))
  return { at: (value) => from + ((value - start) / (end - start)) * (to - from), ticks }
}

const label = (name, unit) => (unit ? `${name} (${unit})` : name)

const COLOR_NAMES = { true: 'yes', false: 'no', undefined: 'not known' }

function drawPlot(points, choice, unit) {
  if (!points.length) return [state('No molecule has both properties')]
  const { width, height, top, left, ...margin } = narrow.matches ? NARROW : WIDE
  const right = width - margin.right
  const bottom = height - margin.bottom
  const x = createScale(
    points.map((one) => one.x),
    left,
    right
  )
  const y = createScale(
    points.map((one) => one.y),
    bottom,
    top
  )
  const tip = h('div', { class: 'tip', hidden: true })
  const describe = ({ molecule, x: across, y: up }) =>
    `${molecule.name}: ${choice.x} ${formatNumber(across)}${formatUnit(unit(choice.x))}, ${choice.y} ${formatNumber(up)}${formatUnit(unit(choice.y))}`
  const marks = points.map((point) =>
    svg(
      'a',
      {
        href: `#/molecule/${point.molecule.id}`,
        class: `point ${choice.color ? `flag-${point.flag}` : 'flag-true'}`,
        'aria-label': describe(point),
        tabindex: -1
      },
      mark(x.at(point.x), y.at(point.y), choice.color ? point.flag : true)
    )
  )
  const piles = pileUp(points.map((point, i) => ({ i, left: x.at(point.x), top: y.at(point.y) })))
  const pileOf = new Map(piles.flatMap((pile) => pile.map(({ i }) => [i, pile])))
  let focused = 0
  marks[0].setAttribute('tabindex', 0)
  const reveal = (i) => {
    const { molecule, x: across, y: up } = points[i]
    const pile = pileOf.get(i)
    const [place] = pile
    tip.replaceChildren(
      structure(molecule, 160, 'eager'),
      h('strong', { dir: 'auto' }, molecule.name),
      h('span', {}, `${choice.x} ${formatNumber(across)}${formatUnit(unit(choice.x))}`),
      h('span', {}, `${choice.y} ${formatNumber(up)}${formatUnit(unit(choice.y))}`),
      pile.length > 1 && h('span', { class: 'quiet' }, `One of ${pile.length} molecules here`)
    )
    tip.hidden = false
    tip.style.left = `${(100 * place.left) / width}%`
    tip.style.top = `${(100 * place.top) / height}%`
    tip.style.setProperty('--reach', `${findReach(pile.length)}px`)
    tip.classList.toggle('left', place.left > width / 2)
    tip.classList.toggle('above', place.top > height / 2)
  }
  const hide = () => {
    tip.hidden = true
  }
  marks.forEach((one, i) => {
    one.addEventListener('pointerenter', () => reveal(i))
    one.addEventListener('pointerleave', hide)
    one.addEventListener('focus', () => reveal(i))
    one.addEventListener('blur', hide)
  })
  const chart = svg(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      role: 'group',
      'aria-label': `${choice.y} against ${choice.x}, ${plural(points.length, 'molecule')}. Arrow keys go from one to the next.`
    },
    x.ticks.map((tick) => [
      svg('path', { class: 'grid', d: `M${x.at(tick)} ${top}V${bottom}` }),
      svg('text', { x: x.at(tick), y: bottom + 20, 'text-anchor': 'middle' }, formatNumber(tick))
    ]),
    y.ticks.map((tick) => [
      svg('path', { class: 'grid', d: `M${left} ${y.at(tick)}H${right}` }),
      svg('text', { x: left - 8, y: y.at(tick) + 4, 'text-anchor': 'end' }, formatNumber(tick))
    ]),
    svg(
      'text',
      { class: 'title', x: (left + right) / 2, y: height - 8, 'text-anchor': 'middle' },
      label(choice.x, unit(choice.x))
    ),
    svg(
      'text',
      { class: 'title', 'text-anchor': 'middle', transform: `translate(15 ${(top + bottom) / 2}) rotate(-90)` },
      label(choice.y, unit(choice.y))
    ),
    // The largest last, so that others do not cover it when it is spread.
    piles
      .toSorted((a, b) => a.length - b.length)
      .map((pile) =>
        drawPile(
          pile,
          pile.map(({ i }) => marks[i])
        )
      )
  )
  chart.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide()
    const to = {
      ArrowRight: focused + 1,
      ArrowDown: focused + 1,
      ArrowLeft: focused - 1,
      ArrowUp: focused - 1,
      Home: 0,
      End: marks.length - 1
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    marks[focused].setAttribute('tabindex', -1)
    focused = Math.min(marks.length - 1, Math.max(0, to))
    marks[focused].setAttribute('tabindex', 0)
    marks[focused].focus()
  })
  const kinds = choice.color
    ? [...new Set(points.map((one) => one.flag))].toSorted((a, b) => String(b).localeCompare(String(a)))
    : []
  const legend = h(
    'ul',
    { class: 'legend' },
    h('li', {}, plural(points.length, 'molecule')),
    kinds.length > 0 && h('li', {}, `${choice.color}:`),
    kinds.map((flag) =>
      h(
        'li',
        {},
        svg(
          'svg',
          { viewBox: '0 0 14 14', width: 14, height: 14, class: `point flag-${flag}`, 'aria-hidden': 'true' },
          mark(7, 7, flag)
        ),
        ` ${COLOR_NAMES[flag]}`
      )
    )
  )
  return [legend, h('div', { class: 'canvas' }, chart, tip)]
}

/** Points that hide each other, with their number, spread while one of them is pointed at or has the focus. */
function drawPile(pile, marks) {
  const [{ left, top }] = pile
  if (pile.length === 1) return marks
  const group = svg(
    'g',
    { class: 'pile' },
    svg('circle', { class: 'reach', cx: left, cy: top, r: findReach(pile.length) }),
    marks,
    // Two show through each other.
    pile.length > 2 && svg('text', { x: left + 8, y: top - 6, 'aria-hidden': 'true' }, String(pile.length))
  )
  for (const [i, { x, y }] of spread(pile).entries()) marks[i].style.setProperty('--spread', `${x}px ${y}px`)
  // A finger has not pointed at it before: its first tap spreads the pile.
  let isFirstTap = false
  group.addEventListener('pointerdown', ({ pointerType }) => {
    isFirstTap = pointerType === 'touch' && !group.contains(document.activeElement)
  })
  group.addEventListener('click', (event) => {
    if (!isFirstTap) return
    event.preventDefault()
    event.target.closest('a')?.focus()
  })
  return group
}

/** Shapes as well as colors: a circle, a square, a triangle. */
function mark(x, y, flag) {
  if (flag === true) return svg('circle', { cx: x, cy: y, r: 5.5 })
  if (flag === false) return svg('rect', { x: x - 5, y: y - 5, width: 10, height: 10 })
  return svg('path', { d: `M${x} ${y - 6}l6 11h-12z` })
}

function drawTable(points, choice, unit) {
  const heads = ['Molecule', label(choice.x, unit(choice.x)), label(choice.y, unit(choice.y)), choice.color].filter(
    Boolean
  )
  const rows = points.map(({ molecule, x, y, flag }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', dir: 'auto' }, h('a', { href: `#/molecule/${molecule.id}` }, molecule.name)),
      h('td', { class: 'number' }, formatNumber(x)),
      h('td', { class: 'number' }, formatNumber(y)),
      choice.color && h('td', {}, flag === undefined ? '\u2013' : COLOR_NAMES[flag])
    )
  )
  return table('Values', heads, rows)
}
