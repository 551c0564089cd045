import fp from 'fastify-plugin'
import { Chemistry } from '../src/chemistry/chemistry.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Computes with structures, in a thread that starts when first used. Without its packages everything rejects with 501. */
    chemistry: Chemistry
  }
}

/** Draws and compares structures. */
export default fp(
  async (app) => {
    const chemistry = new Chemistry()
    app.decorate('chemistry', chemistry)
    app.addHook('onClose', () => chemistry.close())
  },
  { name: 'chemistry' }
)
