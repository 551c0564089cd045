import Fastify from 'fastify'
import t from 'tap'
import smallBodies from '../../plugins/small-bodies.ts'

const bodies: Record<string, Buffer> = {
  'ASCII text': Buffer.from('{"name":"Glycerol"}'),
  'text beyond ASCII': Buffer.from('{"name":"Glycérol 甘油 \u{1f9ca}"}'),
  'bytes that are no text': Buffer.from([0xff, 0xfe, 0x00, 0x80]),
  'an empty body': Buffer.alloc(0),
  'a large body': Buffer.alloc(100_000, 'x')
}

for (const [name, body] of Object.entries(bodies)) {
  t.test(`${name} arrives byte for byte, with its length`, async (t) => {
    const app = Fastify()
    t.teardown(() => app.close())
    await app.register(smallBodies)
    app.get('/', async (_request, reply) => reply.type('application/octet-stream').send(body))
    const response = await fetch(await app.listen({ host: '127.0.0.1', port: 0 }))
    t.same(Buffer.from(await response.arrayBuffer()), body)
    t.equal(response.headers.get('content-length'), String(body.length))
    t.equal(response.headers.get('content-type'), 'application/octet-stream')
  })
}
