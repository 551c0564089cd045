import { registerHooks } from 'node:module'
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { ConfigError } from '../../src/config.ts'

t.test(
  "without a project and without the embedded Supabase's packages the start fails and names the setting",
  async (t) => {
    let error = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
    const hooks = registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier === '@supabase/lite') throw error
        return next(specifier, context)
      }
    })
    t.teardown(() => hooks.deregister())
    const message = 'SUPABASE_URL is missing: the packages of the embedded Supabase are not installed'
    await t.rejects(buildApp({ environment: {} }), new ConfigError([message]))

    error = Object.assign(new Error('a bug'), { code: 'ERR_ASSERTION' })
    await t.rejects(buildApp({ environment: {} }), error, 'anything else is not hidden')
  }
)
