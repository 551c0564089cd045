// The connection pool, live, by server-sent events. Read with fetch: EventSource cannot send a token.
import { request, toCurl } from './api.js'
import { copyButton, failure, formatCount, formatNumber, h, svg, table } from './dom.js'

const URL_PATH = 'pool/stats'
const TOKEN_KEY = 'admin-token'
const WINDOW_MS = 5 * 60_000
const RECENT_MS = 60_000
const RETRY_MS = [500, 1000, 2000, 5000]

const RETIRED = {
  expired: 'reached their age limit',
  idle: 'not needed any more',
  renewed: 'had keys that were replaced',
  lost: 'closed by Supabase while idle',
  broken: 'ended in use',
  closed: 'closed with the pool'
}

export async function show(root, { signal, title }) {
  title('Pool')
  const status = h('span', { class: 'live', role: 'status' }, 'Connecting …')
  const content = h('div')
  root.append(
    h(
      'div',
      { class: 'line' },
      h('h1', {}, 'Connection pool'),
      status,
      copyButton('Copy as curl', () => {
        const token = sessionStorage.getItem(TOKEN_KEY) ? ' -H "Authorization: Bearer $ADMIN_TOKEN"' : ''
        return toCurl(URL_PATH) + token
      })
    ),
    content
  )
  const samples = []
  const dashboard = createDashboard()
  let attempt = 0

  const say = (text, isLive) => {
    if (status.textContent !== text) status.textContent = text
    status.classList.toggle('on', isLive)
  }

  const add = (stats) => {
    attempt = 0
    say('Live', true)
    if (dashboard.element.parentNode !== content) content.replaceChildren(dashboard.element)
    const time = Date.now()
    // Counters that go back are those of another process.
    if (samples.length && stats.hold_ms.count < samples.at(-1).stats.hold_ms.count) samples.length = 0
    samples.push({ time, stats })
    while (samples[0].time < time - WINDOW_MS) samples.shift()
    dashboard.update(samples)
  }

  const askToken = (wasRefused) => {
    say('Not connected', false)
    const input = h('input', {
      id: 'token',
      type: 'password',
      autocomplete: 'off',
      required: true,
      'aria-describedby': 'token-note'
    })
    const button = h('button', { class: 'primary' }, 'Show the pool')
    const form = h(
      'form',
      { class: 'token' },
      h('h2', {}, 'This view needs the admin token'),
      wasRefused && h('p', { role: 'alert', class: 'refused' }, 'The service did not accept this token.'),
      h('label', { for: 'token' }, 'Admin token'),
      input,
      h(
        'p',
        { id: 'token-note', class: 'quiet' },
        'The value of ADMIN_TOKEN. It is kept in this tab until you close it.'
      ),
      button
    )
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      // What a header can hold.
      if (!/^[\x21-\x7e]+$/.test(input.value)) return askToken(true)
      // Also keeps the Enter key from opening a second stream.
      button.disabled = true
      sessionStorage.setItem(TOKEN_KEY, input.value)
      run()
    })
    content.replaceChildren(form)
    if (wasRefused) input.focus()
  }

  async function run() {
    while (!signal.aborted) {
      const token = sessionStorage.getItem(TOKEN_KEY)
      try {
        const headers = { accept: 'text/event-stream', ...(token && { authorization: `Bearer ${token}` }) }
        const { body } = await request(URL_PATH, { headers, signal })
        for await (const event of readEvents(body)) add(event.stats)
      } catch (error) {
        if (signal.aborted) return
        if (error.status === 401) {
          sessionStorage.removeItem(TOKEN_KEY)
          return askToken(Boolean(token))
        }
        if (samples.length) dashboard.markOutdated()
        else content.replaceChildren(failure(error))
      }
      say('Connection lost, trying again …', false)
      await new Promise((resolve) => {
        setTimeout(resolve, RETRY_MS[Math.min(attempt++, RETRY_MS.length - 1)])
        signal.addEventListener('abort', resolve, { once: true })
      })
    }
  }
  run()
}

async function* readEvents(body) {
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop()
    for (const event of events) if (event.startsWith('data: ')) yield JSON.parse(event.slice(6))
  }
}

/** What the figures say, in one sentence, after deploy/prometheus/README.md: its state, and what to do. */
export function diagnose(samples) {
  const { time, stats } = samples.at(-1)
  const recent = samples.filter((sample) => sample.time >= time - RECENT_MS)
  const since = (read) => read(stats) - read(recent[0].stats)
  const inVain = since((one) => one.timeouts + one.rejected)
  const unopened = (one) => one.errors - one.timeouts - one.rejected
  const lost = since((one) => one.retired.lost)
  const broken = since((one) => one.retired.broken)
  const waited = since((one) => one.wait_ms.count)
  const isFull = recent.filter((sample) => sample.stats.waiting > 0).length > recent.length / 4
  const isSlow = stats.hold_ms.p50 >= 500
  // The first figures have no earlier ones to be compared with: there, what has failed since the start counts.
  const isFailing = since(unopened) > 0 || (stats.min_size > 0 && unopened(stats) > 0)
  if (isFailing && stats.active_connections === 0) {
    return [
      'bad',
      'Supabase cannot be reached: connections cannot be opened. Check its status, DNS and the network between; the service recovers by itself.'
    ]
  }
  if (isFull || inVain > 0) {
    return isSlow
      ? [
          'bad',
          `Supabase is slow: connections stay in use for ${formatMs(stats.hold_ms.p50)} (median) and callers wait for one. Help Supabase first.`
        ]
      : [
          'bad',
          `The pool is too small for the load: callers wait for a connection. Raise DB_POOL_MAX_SIZE (${stats.max_size} now), or run more instances.`
        ]
  }
  if (broken >= 5)
    return [
      'warn',
      `Connections end in use: ${broken} in the last minute, by Supabase, a time-out or clients that disconnect.`
    ]
  if (lost >= 5)
    return [
      'warn',
      `Connections are closed on the way: ${lost} in the last minute while idle. Raise the idle timeout of what lies between.`
    ]
  if (isSlow)
    return [
      'warn',
      `Supabase is slow: half of all requests keep a connection for ${formatMs(stats.hold_ms.p50)} or longer. Nobody has to wait for one yet.`
    ]
  if (stats.hold_ms.count === 0) return ['good', 'All is well. No request has needed a connection yet.']
  return [
    'good',
    waited
      ? `All is well: there were short waits for a connection in the last minute.`
      : 'All is well: nobody waits for a connection.'
  ]
}

function createDashboard() {
  const verdict = h('p', { class: 'verdict', role: 'status' })
  const tile = (label) => {
    const value = h('span', { class: 'tile-value' }, '\u2013')
    const note = h('span', { class: 'quiet' })
    return { element: h('div', { class: 'tile' }, h('span', { class: 'tile-label' }, label), value, note), value, note }
  }
  const tiles = {
    use: tile('In use'),
    waiting: tile('Waiting'),
    rate: tile('Requests to Supabase'),
    wait: tile('Wait, median'),
    hold: tile('In use for, median'),
    coalesced: tile('Coalesced reads'),
    opened: tile('Opened'),
    failed: tile('Failed')
  }
  const charts = [
    createChart(
      'Connections in use',
      '',
      (sample) => sample.stats.in_use,
      'blue',
      (samples) => samples.at(-1).stats.max_size
    ),
    createChart(
      'Callers waiting',
      '',
      (sample) => sample.stats.waiting,
      'red',
      () => 1
    ),
    createChart('Requests per second', '/s', computeRate, 'green', () => 1)
  ]
  const retired = table('Connections retired', ['Reason', 'Meaning', 'Count'])
  const element = h(
    'div',
    { class: 'dashboard' },
    verdict,
    h(
      'div',
      { class: 'tiles' },
      Object.values(tiles).map((one) => one.element)
    ),
    h(
      'div',
      { class: 'charts' },
      charts.map((one) => one.element)
    ),
    h('section', {}, h('h2', {}, 'Connections retired since the start'), retired)
  )

  const set = ({ value, note }, text, detail) => {
    value.textContent = text
    note.textContent = detail
  }

  // Only what has changed, for screen readers say it anew.
  const judge = ([level, sentence]) => {
    if (verdict.textContent !== sentence) verdict.textContent = sentence
    verdict.className = `verdict ${level}`
  }

  const update = (samples) => {
    const { stats } = samples.at(-1)
    judge(diagnose(samples))
    set(
      tiles.use,
      `${stats.in_use} of ${stats.max_size}`,
      `${stats.active_connections} open, at least ${stats.min_size} kept`
    )
    set(tiles.waiting, formatCount(stats.waiting), stats.waiting ? 'callers in the queue' : 'nobody')
    set(
      tiles.rate,
      `${formatNumber(round(computeRate(samples.at(-1), samples.length - 1, samples)))}/s`,
      `${formatCount(stats.hold_ms.count)} since the start`
    )
    set(
      tiles.wait,
      formatMs(stats.wait_ms.p50),
      `99 %: ${formatMs(stats.wait_ms.p99)}, of ${formatCount(stats.wait_ms.count)} that waited`
    )
    set(tiles.hold, formatMs(stats.hold_ms.p50), `99 %: ${formatMs(stats.hold_ms.p99)}`)
    set(tiles.coalesced, formatCount(stats.coalesced), 'joined an identical read')
    set(tiles.opened, formatCount(stats.created), `${formatCount(stats.discarded)} retired since`)
    set(
      tiles.failed,
      formatCount(stats.errors),
      `${formatCount(stats.timeouts)} waited in vain, ${formatCount(stats.rejected)} rejected`
    )
    for (const chart of charts) chart.update(samples)
    retired
      .querySelector('tbody')
      .replaceChildren(
        ...Object.entries(stats.retired).map(([reason, count]) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, h('code', {}, reason)),
            h('td', {}, RETIRED[reason] ?? ''),
            h('td', { class: 'number' }, formatCount(count))
          )
        )
      )
  }
  const markOutdated = () => judge(['warn', 'The service does not respond: these are the last figures that it sent.'])
  return { element, update, markOutdated }
}

function computeRate(sample, i, samples) {
  const before = samples[i - 1]
  return before
    ? ((sample.stats.hold_ms.count - before.stats.hold_ms.count) * 1000) / Math.max(1, sample.time - before.time)
    : 0
}

const round = (value) => Math.round(value * 10) / 10

const formatMs = (ms) =>
  ms >= 1000 ? `${formatNumber(Math.round(ms / 10) / 100)}\u00a0s` : `${formatNumber(Math.round(ms * 10) / 10)}\u00a0ms`

const WIDTH = 600
const HEIGHT = 120

/** A line of five minutes; the latest value is in its caption, and so for those who do not see the line. */
function createChart(label, unit, read, color, least) {
  const line = svg('path', { class: `stroke-${color}`, fill: 'none' })
  const area = svg('path', { class: `fill-${color}` })
  const value = h('strong')
  const axisTop = h('span')
  const element = h(
    'figure',
    { class: 'chart' },
    h('figcaption', {}, label, ' ', value),
    svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('path', { class: 'grid', d: `M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}` }),
      area,
      line
    ),
    h('div', { class: 'axis', 'aria-hidden': 'true' }, h('span', {}, '5 min ago'), axisTop, h('span', {}, 'now'))
  )
  const update = (samples) => {
    const values = samples.map(read)
    const high = Math.max(least(samples), ...values)
    const end = samples.at(-1).time
    const points = samples.map(({ time }, i) => {
      const x = WIDTH * (1 - (end - time) / WINDOW_MS)
      return `${x.toFixed(1)} ${(HEIGHT - 2 - ((HEIGHT - 4) * values[i]) / high).toFixed(1)}`
    })
    line.setAttribute('d', `M${points.join('L')}`)
    area.setAttribute('d', `M${points.join('L')}L${WIDTH} ${HEIGHT}L${points[0].split(' ')[0]} ${HEIGHT}Z`)
    value.textContent = formatNumber(round(values.at(-1))) + unit
    axisTop.textContent = `scale to ${formatNumber(round(high))}${unit}`
  }
  return { element, update }
}
