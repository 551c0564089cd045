import { describeObject } from '../http/json-response.ts'
import { embedded, text, timestamp, uuid } from './column.ts'
import { equals } from './filter.ts'
import { defineResource } from './resource.ts'

/** What is measured or computed of molecules and mixtures, with its unit. */
export const propertyTypes = defineResource({
  table: 'property_types',
  plural: 'property_types',
  singular: 'property_type',
  columns: {
    id: uuid(),
    name: text(),
    data_type: text({ description: '`numeric`, `text` or `boolean`: which of the three values a property has' }),
    units: text({ nullable: true, description: 'Of its numeric values; null for a number without one' }),
    description: text({ nullable: true }),
    created_at: timestamp(),
    updated_at: timestamp()
  },
  includes: {
    molecules: embedded('molecules:molecular_properties(count)', {
      type: 'array',
      description: 'With `include=molecules`: one row, with the number of molecules that have a value',
      items: describeObject({ count: { type: 'integer', minimum: 0 } })
    })
  },
  filters: {
    name: equals('name', 'The name, exactly')
  },
  order: 'name.asc',
  examples: {
    row: {
      id: '3e977d0e-fde4-470e-bb8e-af392eaecca5',
      name: 'LogP',
      data_type: 'numeric',
      units: null,
      description: 'Calculated octanol-water partition coefficient (cLogP), computed from the SMILES.',
      created_at: '2026-11-23T12:34:59.707+00:00',
      updated_at: '2026-11-23T12:34:59.707+00:00'
    },
    filters: { name: 'LogP' },
    columns: ['id', 'name', 'data_type']
  }
})
