import env from '@fastify/env'
import fp from 'fastify-plugin'
import { type Config, settings } from '../src/config.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The settings; durations are seconds. */
    config: Config
  }
}

/** Decorates the instance with its settings: https://github.com/fastify/fastify-env */
export default fp<{ config: Config }>(
  async (app, { config }) => {
    await app.register(env, { schema: settings, data: config, env: false })
  },
  { name: 'config' }
)
