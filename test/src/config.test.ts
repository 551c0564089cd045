import t from 'tap'
import { ConfigError, keyFiles, loadConfig, readKeys, withDotEnv } from '../../src/config.ts'
import { signToken } from '../support/upstream/tokens.ts'

const PROJECT = { SUPABASE_URL: 'https://abc.supabase.co', SUPABASE_KEY: 'the-anon-key' }

/** The lines of the message, without the first. */
function findFaults(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.message.split('\n  - ').slice(1)
  }
}

t.test('the defaults are those of the Python service', (t) => {
  t.match(loadConfig({}), {
    DB_POOL_MIN_SIZE: 2,
    DB_POOL_MAX_SIZE: 10,
    DB_POOL_TIMEOUT: 1800,
    HOST: '0.0.0.0',
    PORT: 5000,
    NODE_ENV: 'development'
  })
  t.end()
})

t.test('variables are read with their types, empty ones count as not set, others are left alone', (t) => {
  const config = loadConfig({ ...PROJECT, DB_POOL_TIMEOUT: '0.5', PORT: '0', LOG_LEVEL: '', PATH: '/bin' })
  t.match(config, { ...PROJECT, DB_POOL_TIMEOUT: 0.5, PORT: 0, LOG_LEVEL: 'info' })
  t.notOk('PATH' in config)
  t.end()
})

t.test('a .env file stands below the environment, and need not exist', (t) => {
  const dir = t.testdir({ '.env': 'PORT=1\nHOST="::1"\n', folder: {} })
  t.strictSame(withDotEnv({ PORT: '2' }, `${dir}/.env`), { PORT: '2', HOST: '::1' })
  t.strictSame(withDotEnv({ PORT: '2' }, `${dir}/none`), { PORT: '2' })
  t.strictSame(withDotEnv({ PORT: '' }, `${dir}/.env`), { PORT: '1', HOST: '::1' }, 'an empty variable masks nothing')
  t.throws(() => withDotEnv({}, `${dir}/folder`), new ConfigError([`${dir}/folder cannot be read (EISDIR)`]))
  t.end()
})

t.test("Supabase's own names of variables are accepted", (t) => {
  for (const anon of ['SUPABASE_ANON_KEY', 'SUPABASE_PUBLISHABLE_KEY']) {
    for (const service of ['SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_SECRET_KEY']) {
      const config = loadConfig({ SUPABASE_URL: 'http://localhost:8000/base', [anon]: 'a', [service]: 's' })
      t.match(config, { SUPABASE_KEY: 'a', SUPABASE_SERVICE_KEY: 's' })
    }
  }
  t.end()
})

t.test('a secret is read from the file that its variable with _FILE names', (t) => {
  const dir = t.testdir({ key: 'the-anon-key\n', token: ' 0123456789abcdef ', empty: '' })
  const files = { SUPABASE_ANON_KEY_FILE: `${dir}/key`, ADMIN_TOKEN_FILE: `${dir}/token` }
  const environment = { SUPABASE_URL: PROJECT.SUPABASE_URL, ...files }
  t.match(loadConfig(environment), { SUPABASE_KEY: 'the-anon-key', ADMIN_TOKEN: '0123456789abcdef' })
  t.strictSame(keyFiles(environment), [files.SUPABASE_ANON_KEY_FILE])
  t.strictSame(readKeys(environment), { anon: 'the-anon-key', service: 'the-anon-key' })
  t.strictSame(readKeys({ ...environment, ADMIN_TOKEN: 'short', PORT: '-1', SUPABASE_SECRET_KEY: 's' }), {
    anon: 'the-anon-key',
    service: 's'
  })
  t.match(findFaults({ ...PROJECT, SUPABASE_SERVICE_KEY_FILE: `${dir}/none` }), [/^SUPABASE_SERVICE_KEY_FILE .*ENOENT/])
  t.match(findFaults({ ...PROJECT, SUPABASE_SERVICE_KEY_FILE: `${dir}/empty` }), [
    /^SUPABASE_SERVICE_KEY_FILE names a file that is empty$/
  ])
  t.end()
})

t.test('a secret file without a usable secret gives one fault, which names the variable', (t) => {
  const dir = t.testdir({ empty: '', blank: '\ufeff \r\n', utf16: Buffer.from('\ufeffthe-anon-key', 'utf16le') })
  const { SUPABASE_URL } = PROJECT
  for (const name of ['empty', 'blank']) {
    const path = `${dir}/${name}`
    t.strictSame(findFaults({ SUPABASE_URL, SUPABASE_ANON_KEY_FILE: path }), [
      'SUPABASE_ANON_KEY_FILE names a file that is empty'
    ])
    t.strictSame(findFaults({ ADMIN_TOKEN_FILE: path }), ['ADMIN_TOKEN_FILE names a file that is empty'])
  }
  t.strictSame(findFaults({ SUPABASE_URL, SUPABASE_KEY_FILE: `${dir}/none` }), [
    'SUPABASE_KEY_FILE names a file that cannot be read (ENOENT)'
  ])
  t.strictSame(findFaults({ SUPABASE_URL, SUPABASE_KEY_FILE: `${dir}/utf16` }), [
    'SUPABASE_KEY_FILE names a file that is not UTF-8 text: save it as UTF-8'
  ])
  t.end()
})

t.test('a byte order mark and CRLF line breaks belong to no setting', (t) => {
  const dir = t.testdir({ '.env': '\ufeffPORT=1\r\nHOST="::1"\r\n', key: '\ufeffthe-anon-key\r\n' })
  t.strictSame(withDotEnv({}, `${dir}/.env`), { PORT: '1', HOST: '::1' })
  t.match(loadConfig({ SUPABASE_URL: PROJECT.SUPABASE_URL, SUPABASE_KEY_FILE: `${dir}/key` }), PROJECT)
  t.end()
})

t.test('a .env file that is not UTF-8 is refused', (t) => {
  const files = {
    'utf16-bom': Buffer.from('\ufeffPORT=1\n', 'utf16le'),
    utf16: Buffer.from('PORT=1\n', 'utf16le'),
    'utf16-big-endian': Buffer.from('\ufeffPORT=1\n', 'utf16le').swap16(),
    nul: 'PORT=1\0\n',
    latin1: Buffer.from('HOST=\xe4\n', 'latin1')
  }
  const dir = t.testdir(files)
  for (const name of Object.keys(files)) {
    const path = `${dir}/${name}`
    t.throws(() => withDotEnv({}, path), new ConfigError([`${path} is not UTF-8 text: save it as UTF-8`]))
  }
  t.end()
})

t.test('keys in the wrong place are refused, in their new and their legacy form', (t) => {
  const jwt = (role: string) => signToken({ role }, 'secret')
  const { SUPABASE_URL } = PROJECT
  const forms = [
    { publicKey: 'sb_publishable_x', secretKey: 'sb_secret_x' },
    { publicKey: jwt('anon'), secretKey: jwt('service_role') }
  ]
  for (const { publicKey, secretKey } of forms) {
    for (const name of ['SUPABASE_KEY', 'SUPABASE_ANON_KEY', 'SUPABASE_PUBLISHABLE_KEY']) {
      const faults = findFaults({ SUPABASE_URL, [name]: secretKey })
      t.match(faults, [new RegExp(`^${name} must be .*: set that as SUPABASE_SERVICE_KEY$`)])
      t.equal(faults.length, 1)
    }
    for (const name of ['SUPABASE_SERVICE_KEY', 'SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_SECRET_KEY']) {
      const faults = findFaults({ ...PROJECT, [name]: publicKey })
      t.match(faults, [new RegExp(`^${name} must be .*: set the right one, or none$`)])
      t.equal(faults.length, 1)
    }
    t.match(findFaults({ SUPABASE_URL, SUPABASE_KEY: secretKey, SUPABASE_SERVICE_KEY: publicKey }), [
      /^SUPABASE_KEY must be/,
      /^SUPABASE_SERVICE_KEY must be/
    ])
    t.match(findFaults({ SUPABASE_URL, SUPABASE_KEY: secretKey, SUPABASE_SERVICE_KEY: secretKey }), [
      /^SUPABASE_KEY must/
    ])
    t.strictSame(findFaults({ SUPABASE_URL, SUPABASE_KEY: publicKey, SUPABASE_SERVICE_KEY: secretKey }), [])
    t.strictSame(findFaults({ SUPABASE_URL, SUPABASE_KEY: publicKey, SUPABASE_SERVICE_KEY: publicKey }), [])
    const path = `${t.testdir({ key: secretKey })}/key`
    t.match(findFaults({ SUPABASE_URL, SUPABASE_KEY_FILE: path }), [/^SUPABASE_KEY_FILE must be/])
    t.throws(() => readKeys({ SUPABASE_URL, SUPABASE_KEY_FILE: path }), ConfigError)
  }
  t.end()
})

t.test('a pool size that is not a number is not compared with the other one', (t) => {
  t.strictSame(findFaults({ DB_POOL_MIN_SIZE: '20', DB_POOL_MAX_SIZE: 'x' }), [
    'DB_POOL_MAX_SIZE must be a number in plain digits'
  ])
  t.end()
})

t.test('an invalid setting is described in words', (t) => {
  t.strictSame(findFaults({ ...PROJECT, ADMIN_TOKEN: 'short' }), [
    'ADMIN_TOKEN must have at least 16 visible characters'
  ])
  t.strictSame(findFaults({ ...PROJECT, COALESCE_READS: 'maybe' }), ['COALESCE_READS must be true or false'])
  t.end()
})

t.test('one message names every fault, and no value', (t) => {
  const faults = findFaults({
    SUPABASE_URL: 'secret-url',
    SUPABASE_SERVICE_KEY: 'secret key',
    ADMIN_TOKEN: 'secret',
    DB_POOL_MIN_SIZE: '20',
    DB_POOL_TIMEOUT: '0',
    PORT: 'secret-port',
    NODE_ENV: 'secret-stage'
  })
  t.strictSame(faults.map((fault) => fault.split(' ')[0]).sort(), [
    'ADMIN_TOKEN',
    'DB_POOL_MIN_SIZE',
    'DB_POOL_TIMEOUT',
    'NODE_ENV',
    'PORT',
    'SUPABASE_KEY',
    'SUPABASE_SERVICE_KEY',
    'SUPABASE_URL'
  ])
  t.notMatch(faults.join(), /secret/)
  t.match(faults.join(), /NODE_ENV must be one of development, test, production/)
  t.end()
})

t.test('numbers are accepted in decimal notation only', (t) => {
  const values = ['Infinity', '-Infinity', '1e400', '1e3', '0x10', ' ', ' 5 ', '+5', '5.', '9'.repeat(400)]
  for (const value of values) {
    const faults = findFaults({ DB_POOL_TIMEOUT: value, PORT: value, LOG_LEVEL: 'loud' })
    t.match(
      faults,
      [/^DB_POOL_TIMEOUT must be a number in plain digits$/, /^PORT must be a number in plain digits$/, /^LOG_LEVEL/],
      value
    )
  }
  t.match(findFaults({ PORT: '-1', DB_POOL_TIMEOUT: '1000001' }), [/^DB_POOL_TIMEOUT must be <=/, /^PORT must be >= 0/])
  t.match(loadConfig({ DB_POOL_TIMEOUT: '007.50' }), { DB_POOL_TIMEOUT: 7.5 })
  t.end()
})

t.test('contradictory settings are refused', (t) => {
  const url = 'SUPABASE_URL must be an http or https URL without query or password'
  t.strictSame(findFaults({ DB_POOL_MAX_SIZE: '1' }), ['DB_POOL_MIN_SIZE must not be greater than DB_POOL_MAX_SIZE'])
  for (const bad of ['abc', 'ftp://x', 'https://u:p@x', 'https://x/?q', 'https://x/#h']) {
    t.strictSame(findFaults({ ...PROJECT, SUPABASE_URL: bad }), [url], bad)
  }
  for (const path of ['/rest/v1', '/base/rest/v1/']) {
    const fault = "SUPABASE_URL must be the project's own, without /rest/v1"
    t.strictSame(findFaults({ ...PROJECT, SUPABASE_URL: PROJECT.SUPABASE_URL + path }), [fault])
  }
  t.match(findFaults({ ...PROJECT, SUPABASE_ANON_KEY: 'other' }), [/^SUPABASE_KEY and SUPABASE_ANON_KEY contradict/])
  t.strictSame(findFaults({ ...PROJECT, SUPABASE_ANON_KEY: PROJECT.SUPABASE_KEY }), [])
  t.match(findFaults({ SUPABASE_URL: PROJECT.SUPABASE_URL }), [/^SUPABASE_KEY is missing/])
  t.match(findFaults({ SUPABASE_KEY: 'a' }), [/^SUPABASE_URL is missing: a key/])
  t.match(findFaults({ SUPABASE_SERVICE_KEY: 'a' }), [/^SUPABASE_URL is missing: a key/])
  t.match(findFaults({ NODE_ENV: 'production' }), [/^SUPABASE_URL is missing: production/])
  t.end()
})

t.test('invalid proxies and origins are refused', (t) => {
  for (const CORS_ORIGIN of ['https://a.example', '*', 'https://a.example, http://localhost:3000']) {
    t.equal(loadConfig({ CORS_ORIGIN }).CORS_ORIGIN, CORS_ORIGIN)
  }
  for (const CORS_ORIGIN of [
    'a.example',
    'https://a.example/',
    'null',
    'https://a.example,',
    'ftp://x',
    'https://a.example,*'
  ]) {
    t.throws(() => loadConfig({ CORS_ORIGIN }), /CORS_ORIGIN must be origins/, CORS_ORIGIN)
  }
  t.throws(() => loadConfig({ TRUST_PROXY: 'everybody' }), /TRUST_PROXY must be true, or addresses/)
  t.end()
})

t.test('GATEWAY_TABLES must name tables and functions', (t) => {
  for (const GATEWAY_TABLES of ['molecules', 'molecules, mixtures,rpc/count_molecules']) {
    t.equal(loadConfig({ GATEWAY_TABLES }).GATEWAY_TABLES, GATEWAY_TABLES)
  }
  for (const GATEWAY_TABLES of [',', 'molecules,', 'a b', 'auth/users', 'rpc/', '/molecules']) {
    t.throws(() => loadConfig({ GATEWAY_TABLES }), /GATEWAY_TABLES must be names of tables/, GATEWAY_TABLES)
  }
  t.throws(() => loadConfig({ GATEWAY: 'on' }), /GATEWAY must be one of off, read, all/)
  t.end()
})

t.test('a gateway without a project of its own is refused', (t) => {
  for (const GATEWAY of ['read', 'all']) {
    t.throws(() => loadConfig({ GATEWAY }), /GATEWAY needs a project at SUPABASE_URL/, GATEWAY)
    t.equal(loadConfig({ GATEWAY, SUPABASE_URL: 'https://a.example', SUPABASE_KEY: 'key' }).GATEWAY, GATEWAY)
  }
  t.equal(loadConfig({ GATEWAY: 'off' }).GATEWAY, 'off')
  t.end()
})

t.test('an OTLP endpoint with credentials, a query or another protocol is refused', (t) => {
  t.equal(
    loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }).OTEL_EXPORTER_OTLP_ENDPOINT,
    'http://localhost:4318'
  )
  for (const endpoint of ['localhost:4318', 'ftp://localhost', 'http://a:b@localhost', 'http://localhost?key=secret']) {
    t.throws(() => loadConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }), {
      message: /OTEL_EXPORTER_OTLP_ENDPOINT must be/
    })
  }
  t.end()
})
