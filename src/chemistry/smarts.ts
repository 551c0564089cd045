/**
 * What OpenChemLib reads as something else, without a warning: inside the brackets of an atom a total of connections (but
 * carbon's) or of bonds, more than three hydrogens, aromaticity, and being in no ring as `!r`; outside a ring bond of any order.
 */
const MISREAD_IN_ATOM = /(?<!\[(?:C|c|#6)[;&]?)X(?!e)|X(?![2-4e])|v\d|H[4-9]|!r|(?<![BCGLNPRT])a|A(?![cglmrstu])/y
const MISREAD_IN_BOND = /(?<![-=#:~/\\!&,;@])!?@/y

/** The first part of a SMARTS whose meaning would be another; undefined if all of it means what it says. */
export function findMisread(smarts: string): string | undefined {
  // Recursive SMARTS stand in parentheses within an atom's brackets.
  const open: string[] = []
  for (let i = 0; i < smarts.length; i++) {
    const character = smarts[i] as string
    if ('[('.includes(character)) open.push(character)
    else if ('])'.includes(character)) open.pop()
    else {
      const misread = open.at(-1) === '[' ? MISREAD_IN_ATOM : MISREAD_IN_BOND
      misread.lastIndex = i
      const [part] = misread.exec(smarts) ?? []
      if (part) return part
    }
  }
}
