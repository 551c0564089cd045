import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import FakeTimers from '@sinonjs/fake-timers'
import t, { type Test } from 'tap'
import { LogOutput, openOutput } from '../../../src/observability/log-output.ts'

const { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants
const LINE = `${'x'.repeat(999)}\n`
/** More than what may wait and what a pipe holds. */
const TOO_MANY = 6_000

function makePipe(t: Test): string {
  const path = `${t.testdir({})}/pipe`
  spawnSync('mkfifo', [path])
  return path
}

/** Everything that is in a pipe now. */
function readAll(fd: number): string {
  const chunks: Buffer[] = []
  try {
    for (;;) {
      const chunk = Buffer.alloc(65_536)
      chunks.push(chunk.subarray(0, readSync(fd, chunk)))
    }
  } catch {
    return Buffer.concat(chunks).toString()
  }
}

t.test('log lines are buffered up to a length or for a second', (t) => {
  const clock = FakeTimers.install({ toFake: ['setInterval'] })
  t.teardown(() => clock.uninstall())
  const fd = openSync(makePipe(t), O_RDWR | O_NONBLOCK)
  const output = new LogOutput(fd, 10)
  output.write('12345\n')
  t.equal(readAll(fd), '')
  output.write('12345\n')
  t.equal(readAll(fd), '12345\n12345\n')
  output.write('µ\n')
  clock.tick(1_000)
  t.equal(readAll(fd), 'µ\n')
  t.end()
})

t.test(
  'lines beyond the backlog are dropped, and counted where they are missing, for a reader that reads again',
  (t) => {
    const clock = FakeTimers.install({ toFake: ['setInterval', 'setTimeout', 'clearTimeout'] })
    t.teardown(() => clock.uninstall())
    const fd = openSync(makePipe(t), O_RDWR | O_NONBLOCK)
    const output = new LogOutput(fd, 0)
    output.onDropped = (count) => output.write(`dropped ${count}\n`)
    for (let i = 0; i < TOO_MANY; i++) output.write(LINE)
    t.ok(output.dropped > 1_000 && output.dropped < TOO_MANY)
    let text = ''
    for (let read = readAll(fd); read; read = readAll(fd)) {
      text += read
      clock.tick(20)
    }
    const lines = text.trimEnd().split('\n')
    t.equal(lines.pop(), `dropped ${output.dropped}`)
    t.equal(lines.length, TOO_MANY - output.dropped)
    t.ok(lines.every((line) => `${line}\n` === LINE))
    output.write('again\n')
    t.equal(readAll(fd), 'again\n', 'told once')
    t.end()
  }
)

t.test('a line that is longer than the backlog is dropped, and the next one is written', (t) => {
  const fd = openSync(makePipe(t), O_RDWR | O_NONBLOCK)
  const output = new LogOutput(fd, 0)
  output.write('x'.repeat(2_000_001))
  output.write(LINE)
  t.equal(readAll(fd), LINE)
  t.equal(output.dropped, 1)
  t.end()
})

t.test('a full disk drops log lines and blocks nothing', (t) => {
  const output = new LogOutput(openSync('/dev/full', O_WRONLY), 0)
  for (let i = 0; i < TOO_MANY; i++) output.write(LINE)
  output.flushSync()
  t.ok(output.dropped > 1_000)
  t.end()
})

t.test('a reader that is gone drops log lines and blocks nothing', (t) => {
  const path = makePipe(t)
  const reader = openSync(path, O_RDONLY | O_NONBLOCK)
  const output = new LogOutput(openSync(path, O_WRONLY), 0)
  closeSync(reader)
  for (let i = 0; i < TOO_MANY; i++) output.write(LINE)
  output.flushSync()
  t.ok(output.dropped > 1_000)
  t.end()
})

t.test('the last lines wait for a reader that reads, and not for one that does not', async (t) => {
  const path = makePipe(t)
  const stuck = openSync(path, O_RDWR | O_NONBLOCK)
  const output = new LogOutput(stuck, 0)
  for (let i = 0; i < 500; i++) output.write(LINE)
  output.flushSync()
  t.ok(readAll(stuck).length < 500_000, 'has not been read')

  const directory = t.testdir({ read: '' })
  spawnSync('mkfifo', [`${directory}/pipe`])
  const cat = spawn('sh', ['-c', 'exec cat pipe > read'], { cwd: directory })
  const writing = await openWhenRead(`${directory}/pipe`, cat)
  const last = new LogOutput(writing, 0)
  for (let i = 0; i < 500; i++) last.write(LINE)
  last.flushSync()
  closeSync(writing)
  await once(cat, 'exit')
  t.equal(readFileSync(`${directory}/read`, 'utf8'), LINE.repeat(500))
})

/** Opening a pipe for writing without blocking fails until somebody reads it. */
async function openWhenRead(path: string, reader: ChildProcess): Promise<number> {
  while (reader.exitCode === null) {
    try {
      return openSync(path, O_WRONLY | O_NONBLOCK)
    } catch {
      await delay(5)
    }
  }
  throw new Error('Nobody reads the pipe')
}

t.test('a terminal is reopened so that it does not block', (t) => {
  const path = makePipe(t)
  const fd = openSync(path, O_RDWR)
  t.equal(openOutput({ fd: fd as 1, isTTY: false }), fd, 'not what is no terminal')
  const opened = openOutput({ fd: fd as 1, isTTY: true })
  t.not(opened, fd)
  t.throws(() => writeSync(opened, 'x'.repeat(200_000)) && writeSync(opened, 'x'), { code: 'EAGAIN' })
  t.equal(openOutput({ fd: 9_999 as 1, isTTY: true }), 9_999, 'one that cannot be opened is taken as it is')
  t.end()
})
