// One molecule: its structure, identifiers, properties and mixtures.
import { apiUrl, download, getJson, getPropertyTypes, toCurl } from './api.js'
import { citation, copyButton, failure, formatNumber, formatUnit, formatValue, formula, h, table } from './dom.js'
import { pubchemLink } from './molecules.js'
import { structure } from './structure.js'

export async function show(root, { id, signal, title, list }) {
  const path = `molecules/${encodeURIComponent(id ?? '')}`
  const full = new URLSearchParams({ include: 'properties,mixtures' })
  root.append(h('p', { class: 'state', role: 'status' }, 'Loading …'))
  const [{ molecule }, synonyms] = await Promise.all([
    // A project may have molecules alone.
    getJson(apiUrl(path, full), signal).catch(without(() => getJson(apiUrl(path), signal))),
    // Asked for apart, because a project may have properties and no synonyms.
    getJson(apiUrl(path, new URLSearchParams({ select: 'id', include: 'synonyms' })), signal).then(
      (body) => body.molecule.synonyms,
      without(() => [])
    )
  ])
  const { name, molecular_formula, molecular_weight, smiles, inchikey, cid, pubchem_link, source } = molecule
  title(name)
  const otherNames = synonyms.map((one) => one.name).sort((a, b) => a.localeCompare(b))
  const problem = h('div')
  const save = (label, kind) =>
    h(
      'button',
      {
        type: 'button',
        onclick: () =>
          download(
            apiUrl(`${path}/structure.${kind}`),
            '*/*',
            `${name.replace(/[^\w-]+/g, '_').slice(0, 60)}.${kind}`
          ).catch((error) => problem.replaceChildren(failure(error)))
      },
      label
    )
  const fact = (term, ...value) => [h('dt', {}, term), h('dd', {}, ...value)]
  const find = (parameter, label) =>
    h('a', { class: 'button', href: `#/molecules?${new URLSearchParams({ [parameter]: smiles })}` }, label)

  root.replaceChildren(
    h('p', { class: 'crumb' }, h('a', { href: list }, 'Molecules')),
    h(
      'div',
      { class: 'hero' },
      structure(molecule, 280, 'eager'),
      h(
        'div',
        {},
        h('h1', { dir: 'auto' }, name),
        h(
          'dl',
          { class: 'facts' },
          otherNames.length > 0 && fact('Also called', h('span', { dir: 'auto' }, otherNames.join('; '))),
          molecular_formula && fact('Formula', formula(molecular_formula)),
          molecular_weight !== null && fact('Molecular weight', formatNumber(molecular_weight) + formatUnit('g/mol')),
          smiles &&
            fact(
              'SMILES',
              h('code', {}, smiles),
              copyButton('Copy', () => smiles)
            ),
          inchikey &&
            fact(
              'InChIKey',
              h('code', {}, inchikey),
              copyButton('Copy', () => inchikey)
            ),
          cid !== null && fact('PubChem CID', pubchemLink(pubchem_link, cid)),
          source && fact('Source', citation(source))
        ),
        h(
          'div',
          { class: 'actions' },
          smiles && find('similar', 'Similar molecules'),
          // The service refuses to search for a structure of several parts, such as a salt.
          smiles && !smiles.includes('.') && find('substructure', 'Molecules that contain it'),
          smiles && [save('Molfile', 'mol'), save('SDF', 'sdf')],
          copyButton('Copy as curl', () => toCurl(apiUrl(path, full)))
        ),
        problem
      )
    ),
    h('section', {}, h('h2', {}, 'Properties'), propertyTable(molecule.properties)),
    h('section', {}, h('h2', {}, 'Used in'), mixtureList(molecule.mixtures))
  )
}

function propertyTable(properties) {
  if (!properties?.length)
    return h('p', { class: 'quiet' }, properties ? 'None recorded.' : 'Not available in this project.')
  const sorted = properties.toSorted((a, b) => (a.property_type?.name ?? '').localeCompare(b.property_type?.name ?? ''))
  const rows = sorted.map((one) =>
    h(
      'tr',
      {},
      propertyHead(one.property_type),
      h('td', { class: 'number', dir: 'auto' }, formatValue(one)),
      h('td', { class: 'source' }, citation(one.source))
    )
  )
  return table('Properties', ['Property', 'Value', 'Source'], rows, { stack: true })
}

/** Handles the failure of a request for what this project does not have. */
const without = (handle) => (error) => {
  if (error.isAbsent) return handle()
  throw error
}

function propertyHead(type) {
  const head = h('th', { scope: 'row' }, type?.name ?? '\u2013')
  if (type) describeType(head, type.id)
  return head
}

/** Says what a property means, once that is known. */
async function describeType(head, typeId) {
  const types = await getPropertyTypes().catch(() => [])
  const description = types.find(({ id }) => id === typeId)?.description
  if (description) head.append(h('p', { class: 'quiet' }, description))
}

function mixtureList(mixtures) {
  const shown = mixtures?.filter(({ mixture }) => mixture)
  if (!shown?.length)
    return h('p', { class: 'quiet' }, mixtures ? 'No recorded mixture.' : 'Not available in this project.')
  const sorted = shown.toSorted((a, b) => a.mixture.name.localeCompare(b.mixture.name))
  return h(
    'ul',
    { class: 'links' },
    sorted.map(({ concentration, concentration_unit, mixture }) =>
      h(
        'li',
        {},
        h('a', { href: `#/mixture/${mixture.id}`, dir: 'auto' }, mixture.name),
        h('span', {}, formatNumber(concentration) + formatUnit(concentration_unit))
      )
    )
  )
}
