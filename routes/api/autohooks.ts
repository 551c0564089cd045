import type { FastifyPluginAsync } from 'fastify'

/** Every endpoint below /api acts for the user whose token it is shown. */
const autohooks: FastifyPluginAsync = async (app) => {
  app.addHook('onRequest', app.readUserToken)
}

export default autohooks
