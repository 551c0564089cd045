import { describeObject } from '../http/json-response.ts'
import { embedded, text, timestamp, uuid } from './column.ts'
import { embeddedRows, valueColumns } from './embedded-rows.ts'
import { contains, hasName, startsWith } from './filter.ts'
import { defineResource } from './resource.ts'

/** Mixtures of cryoprotectants, with their components. */
export const mixtures = defineResource({
  table: 'mixtures',
  plural: 'mixtures',
  singular: 'mixture',
  columns: {
    id: uuid(),
    name: text(),
    description: text({ nullable: true }),
    source: text({ nullable: true, description: 'The publication of its composition' }),
    created_at: timestamp(),
    updated_at: timestamp(),
    components: embedded(
      'components:mixture_components(concentration,concentration_unit,molecule:molecules(id,name))',
      {
        type: 'array',
        description: 'Its molecules with their concentrations',
        items: describeObject({
          concentration: { type: 'number' },
          concentration_unit: { type: 'string' },
          molecule: embeddedRows.molecule
        })
      }
    )
  },
  includes: {
    experiments: embedded(
      'experiments(id,numeric_value,text_value,boolean_value,experimental_conditions,source,' +
        'property_type:property_types(id,name,units))',
      {
        type: 'array',
        description: 'With `include=experiments`: published results',
        items: describeObject({
          id: { type: 'string', format: 'uuid' },
          ...valueColumns,
          experimental_conditions: { type: ['string', 'null'] },
          source: { type: ['string', 'null'] },
          property_type: embeddedRows.propertyType
        })
      }
    )
  },
  filters: {
    name: startsWith('name', 'The beginning of the name, case-insensitive; every character stands for itself'),
    q: contains('name', 'A part of the name, case-insensitive; every character stands for itself'),
    component: {
      ...hasName('component_names', 'The id of a molecule in it, or one of its names, case-insensitive'),
      view: 'mixture_search'
    }
  },
  order: 'name.asc',
  examples: {
    row: {
      id: '04201d2e-cb49-431a-8762-1662c0596bf4',
      name: 'VS55',
      description:
        'Organ and tissue vitrification solution, 8.4 mol/L (55% w/v) cryoprotectants in Euro-Collins carrier solution; ' +
        'also known as VS41A.',
      source:
        'Song YC, Khirabadi BS, Lightfoot F, Brockbank KG, Taylor MJ. Vitreous cryopreservation maintains the function of ' +
        'vascular grafts. Nat Biotechnol 2000;18:296-299',
      created_at: '2026-11-23T12:34:59.707+00:00',
      updated_at: '2026-11-23T12:34:59.707+00:00',
      components: [
        {
          concentration: 2.2,
          concentration_unit: 'mol/L',
          molecule: { id: '7a8e964d-13a7-468b-a970-884247b464c7', name: 'Propylene glycol' }
        },
        {
          concentration: 3.1,
          concentration_unit: 'mol/L',
          molecule: { id: '7c68f6e5-1350-4a12-9af5-c37e1727ea05', name: 'Dimethyl sulfoxide' }
        },
        {
          concentration: 3.1,
          concentration_unit: 'mol/L',
          molecule: { id: 'c7b632a8-d5d5-41b7-9ee5-6d9cf5bf43f1', name: 'Formamide' }
        }
      ]
    },
    filters: { name: 'vs55', q: 's55', component: 'DMSO' },
    columns: ['id', 'name']
  }
})
