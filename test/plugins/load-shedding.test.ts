import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { noProject, startApp } from '../support/service/app.ts'

/** Keeps the event loop from turning, for milliseconds. */
function block(duration: number): void {
  const end = performance.now() + duration
  while (performance.now() < end);
}

t.test('while the event loop is late requests get 503, except those of monitoring', async (t) => {
  const app = await startApp(t, { ...noProject, MAX_EVENT_LOOP_DELAY: '0.05' })
  const status = async (url: string) => (await app.inject(url)).statusCode
  t.equal(await status('/'), 200, 'a start is no overload')

  while ((await status('/')) !== 503) {
    block(200)
    await sleep(1)
  }
  const shed = await app.inject('/api/molecules')
  t.equal(shed.statusCode, 503)
  t.equal(shed.headers['retry-after'], '1')
  t.match(shed.json(), { code: 'OVERLOADED', message: 'Service overloaded, try again later' })
  t.equal(await status('/health/live'), 200)

  while ((await status('/')) !== 200) await sleep(20)
  t.pass('and served again when it is not')
})

t.test('a start that blocks the event loop does not make the service shed load once it listens', async (t) => {
  const app = await startApp(t, { ...noProject, MAX_EVENT_LOOP_DELAY: '0.05' }, undefined, (app) => {
    app.addHook('onReady', async () => {
      for (let i = 0; i < 3; i++) {
        block(600)
        await sleep(1)
      }
    })
  })
  t.equal((await app.inject('/')).statusCode, 503)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  t.equal((await fetch(url)).status, 200)
})

t.test('an event loop that is blocked between two checks counts as late by the time between them', async (t) => {
  const app = await startApp(t, { ...noProject, MAX_EVENT_LOOP_DELAY: '60' })
  const { promise, resolve } = Promise.withResolvers<void>()
  // Blocked at every turn for longer than from check to check.
  let turns = 0
  const turn = () => {
    block(1_100)
    if (++turns < 3) setTimeout(turn, 1)
    else resolve()
  }
  turn()
  await promise
  t.equal((await app.inject('/')).statusCode, 200, 'which is less than 60 s')
})
