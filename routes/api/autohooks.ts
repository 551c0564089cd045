import type { FastifyPluginAsync } from 'fastify'

/** Every endpoint below /api acts for the user whose token it is given, and every response is that user's alone. */
const autohooks: FastifyPluginAsync = async (app) => {
  app.addHook('onRequest', app.keepToUser)
  app.addHook('onRequest', app.readUserToken)
  if (app.responseCache) app.addHook('onSend', app.tellAge)
  app.addHook('onSend', app.tagContent)
}

export default autohooks
