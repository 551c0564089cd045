// Builds the page's elements. Values only ever become text nodes and attributes: nothing is parsed as HTML.

const SVG = 'http://www.w3.org/2000/svg'

/** An HTML element; `on…` are listeners, `null`, `undefined` and `false` are left out, of properties and of children. */
export const h = (name, properties, ...children) => fill(document.createElement(name), properties, children)

/** An SVG element, likewise. */
export const svg = (name, properties, ...children) => fill(document.createElementNS(SVG, name), properties, children)

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name === 'value') element.value = value
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

const numbers = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 })
const wholeNumbers = new Intl.NumberFormat('en-US')

/** With a decimal point wherever the reader is. */
export const formatNumber = (value) => numbers.format(value).replace('-', '\u2212')
export const formatCount = (value) => wholeNumbers.format(value)

/** `1 molecule`, `2 molecules`. */
export const plural = (count, word) => `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`

/** A value of a property or an experiment, with its unit. */
export function formatValue({ numeric_value, text_value, boolean_value, property_type }) {
  if (numeric_value !== null) return formatNumber(numeric_value) + formatUnit(property_type?.units)
  if (boolean_value !== null) return boolean_value ? 'yes' : 'no'
  return text_value ?? '\u2013'
}

export const formatUnit = (unit) => (unit ? `\u00a0${unit}` : '')

/** A molecular formula with its numbers below the line. */
export const formula = (text) =>
  h(
    'span',
    { class: 'formula' },
    [...(text ?? '').matchAll(/\d+|\D+/g)].map(([part]) => (/\d/.test(part) ? h('sub', {}, part) : part))
  )

/** A citation; its DOIs are links, other addresses too. */
export function citation(text) {
  if (!text) return null
  const parts = []
  let end = 0
  for (const match of text.matchAll(/https:\/\/[^\s"<>]+[^\s"<>.,;:)\]]|\b10\.\d{4,9}\/[^\s"<>]+[^\s"<>.,;:)\]]/g)) {
    parts.push(text.slice(end, match.index))
    const [address] = match
    const href = address.startsWith('https:')
      ? address
      : `https://doi.org/${address.replace(/[#?%]/g, encodeURIComponent)}`
    parts.push(h('a', { href, rel: 'noreferrer', target: '_blank' }, address))
    end = match.index + address.length
  }
  return h('span', { class: 'citation', dir: 'auto' }, ...parts, text.slice(end))
}

/** What stands in the place of content: that it loads, that there is none, or why it cannot be shown. */
export function state(title, ...details) {
  return h('div', { class: 'state' }, h('p', { class: 'state-title' }, title), ...details)
}

/** A failure of a request, with what an operator needs to find it in the log, and a way to try again, or out of what is final. */
export function failure(error, retry, wayOut) {
  return h(
    'div',
    { class: 'state failure', role: 'alert' },
    h('p', { class: 'state-title' }, error.title ?? 'This could not be loaded'),
    h('p', {}, error.message),
    error.requestId && h('p', { class: 'quiet' }, 'Request id ', h('code', {}, error.requestId)),
    error.isFinal ? wayOut : retry && h('button', { type: 'button', class: 'primary', onclick: retry }, 'Try again')
  )
}

/** A table that scrolls in its own region; with `stack` its rows become blocks where there is no room for columns. */
export const table = (label, heads, rows = [], { stack = false } = {}) =>
  h(
    'div',
    { class: 'scroller', role: 'region', 'aria-label': label, tabindex: 0 },
    h(
      'table',
      { class: stack && 'stack' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((text) => h('th', { scope: 'col' }, text))
        )
      ),
      h('tbody', {}, rows)
    )
  )

const TYPING_MS = 180

/** Calls back when the reader has stopped typing or leaves the field, unless the view has been left. */
export function onTyped(target, apply, signal) {
  let timer
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const run = (event) => {
    stop()
    apply(event)
  }
  target.addEventListener('input', (event) => {
    stop()
    timer = setTimeout(run, TYPING_MS, event)
  })
  target.addEventListener('change', (event) => timer && run(event))
  signal.addEventListener('abort', stop)
}

/** Tells screen readers what has changed. */
export function announce(text) {
  document.getElementById('announcer').textContent = text
}

/** A button that confirms in its own text what it has done. */
export function copyButton(label, read) {
  const button = h('button', { type: 'button' }, label)
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(read())
      button.textContent = 'Copied'
      announce('Copied')
    } catch {
      button.textContent = 'Not allowed here'
    }
    setTimeout(() => {
      button.textContent = label
    }, 2000)
  })
  return button
}
