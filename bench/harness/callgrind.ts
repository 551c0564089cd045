import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a process has executed, in events by callgrind's names: `Ir` instructions, `I1mr` misses of the instruction cache. */
export type EventCounts = Readonly<Record<string, number>>

/** Counts the instructions and cache misses of a process's main thread: https://valgrind.org/docs/manual/cl-manual.html */
export class Callgrind {
  readonly #folder: string
  /** Runs a script that is to be counted. */
  readonly command: readonly string[]

  private constructor(folder: string) {
    this.#folder = folder
    this.command = [
      ...[
        'valgrind',
        '--quiet',
        '--tool=callgrind',
        '--instr-atstart=no',
        '--smc-check=all-non-file',
        '--separate-threads=yes'
      ],
      // The caches of a core, the last one its own second level.
      ...['--cache-sim=yes', '--I1=32768,8,64', '--D1=32768,8,64', '--LL=1048576,16,64'],
      ...[`--callgrind-out-file=${join(folder, 'counts')}`, process.execPath],
      // No garbage is collected while a few thousand requests are counted.
      ...['--min-semi-space-size=64', '--max-semi-space-size=64', '--no-incremental-marking', '--no-memory-reducer']
    ]
  }

  /** Undefined where valgrind is not installed. */
  static async create(): Promise<Callgrind | undefined> {
    const isInstalled = await run('valgrind', ['--version']).catch(() => undefined)
    return isInstalled && new Callgrind(await mkdtemp(join(tmpdir(), 'bench-callgrind-')))
  }

  /** What the process, which was started by `command`, executes until the task is done. */
  async count(pid: number, task: () => Promise<unknown>): Promise<EventCounts> {
    await this.#control(pid, 'instrumentation', 'on')
    await task()
    await this.#control(pid, 'instrumentation', 'off')
    await this.#control(pid, 'dump')
    const files = await readdir(this.#folder)
    const main = files.find((name) => name.endsWith('.1-01')) as string
    const text = await readFile(join(this.#folder, main), 'utf8')
    const [events = '', totals = ''] = ['events', 'totals'].map(
      (line) => new RegExp(`^${line}: (.*)`, 'm').exec(text)?.[1]
    )
    const counts = totals.split(' ').map(Number)
    return Object.fromEntries(events.split(' ').map((event, i) => [event, counts[i] ?? 0]))
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true })
  }

  /** In the process's own environment: its pipe is named after variables in there. */
  async #control(pid: number, ...command: string[]): Promise<void> {
    const variables = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').filter(Boolean)
    const env = Object.fromEntries(variables.map((one) => one.split(/=(.*)/s) as [string, string]))
    await run('vgdb', [`--pid=${pid}`, ...command], { env })
  }
}
