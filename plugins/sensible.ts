import sensible from '@fastify/sensible'
import fp from 'fastify-plugin'

/** `app.httpErrors` and the like: https://github.com/fastify/fastify-sensible */
export default fp(async (app) => app.register(sensible), { name: 'sensible' })
