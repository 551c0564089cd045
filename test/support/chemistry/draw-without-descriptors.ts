// Run by a test with a limit of open files: says what becomes of drawings while there is no free one, and afterwards.
import { closeSync, openSync } from 'node:fs'
import { Chemistry } from '../../../src/chemistry/chemistry.ts'
import { slowStructure } from './generated.ts'

const drawing = (smiles: string) => ({ smiles, size: 100, theme: 'light', title: '' }) as const

/** Takes all file descriptors; the function that this gives frees them. */
function exhaustDescriptors(): () => void {
  const taken: number[] = []
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    return () => taken.forEach((fd) => void closeSync(fd))
  }
}

/** What a drawing comes to. */
async function draw(chemistry: Chemistry, smiles: string): Promise<string> {
  return chemistry.draw(drawing(smiles)).then(
    () => 'drawn',
    ({ code }) => code
  )
}

// Before its modules are loaded.
const late = new Chemistry()
const outcomes: string[] = []
let free = exhaustDescriptors()
outcomes.push(await draw(late, 'C'))
free()
outcomes.push(await draw(late, 'C'))
await late.close()

// A thread that has to start anew.
const ended = new Chemistry({ timeoutMs: 1_000 })
outcomes.push(await draw(ended, 'CC'))
free = exhaustDescriptors()
await draw(ended, slowStructure)
outcomes.push(await draw(ended, 'CCC'))
free()
outcomes.push(await draw(ended, 'CCC'))
await ended.close()
console.log(JSON.stringify(outcomes))
