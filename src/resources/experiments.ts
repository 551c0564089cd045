import { boolean, date, embedded, numeric, text, timestamp, uuid } from './column.ts'
import { embeddedRows } from './embedded-rows.ts'
import { equals, equalsId, hasName, inRange } from './filter.ts'
import { defineResource } from './resource.ts'

/** Published results of experiments with mixtures. */
export const experiments = defineResource({
  table: 'experiments',
  plural: 'experiments',
  singular: 'experiment',
  columns: {
    id: uuid(),
    numeric_value: numeric({ nullable: true, description: 'In the unit of the property type' }),
    text_value: text({ nullable: true }),
    boolean_value: boolean({ nullable: true }),
    experimental_conditions: text({ nullable: true }),
    date_performed: date({ nullable: true }),
    source: text({ nullable: true, description: 'The publication of the result' }),
    created_at: timestamp(),
    updated_at: timestamp(),
    property_type: embedded('property_type:property_types(id,name,units)', embeddedRows.propertyType),
    mixture: embedded('mixture:mixtures(id,name)', embeddedRows.mixture)
  },
  filters: {
    mixture: equalsId('mixture_id', 'The id of the mixture'),
    type: { ...equals('property_type_name', 'The name of what was measured, exactly'), view: 'experiment_search' },
    component: {
      ...hasName('component_names', 'The id of a molecule in the mixture, or one of its names, case-insensitive'),
      view: 'experiment_search'
    },
    numeric_value: inRange('numeric_value', 'Comparisons with the value, for instance `gte.50`')
  },
  order: 'id.asc',
  examples: {
    row: {
      id: 'aa1534d3-c029-4177-8363-800fcc9b38a9',
      numeric_value: 2.5,
      text_value: null,
      boolean_value: null,
      experimental_conditions: 'Full-strength solution, value stated for artery vitrification.',
      date_performed: null,
      source:
        'Manuchehrabadi N, Shi M, Roy P, Han Z, Qiu J, Xu F, Lu TJ, Bischof J. ' +
        'Ultrarapid inductive rewarming of vitrified biomaterials with thin metal forms. Ann Biomed Eng 2018;46:1857-1869, doi:10.1007/s10439-018-2063-1',
      created_at: '2026-11-23T12:34:59.707+00:00',
      updated_at: '2026-11-23T12:34:59.707+00:00',
      property_type: {
        id: 'a4ebceeb-2928-4d53-9150-bb47cd3118f9',
        name: 'Critical Cooling Rate',
        units: '°C/min'
      },
      mixture: {
        id: '04201d2e-cb49-431a-8762-1662c0596bf4',
        name: 'VS55'
      }
    },
    filters: {
      numeric_value: ['eq.2.5'],
      mixture: '04201d2e-cb49-431a-8762-1662c0596bf4',
      type: 'Critical Cooling Rate',
      component: 'DMSO'
    },
    columns: ['id', 'numeric_value']
  }
})
