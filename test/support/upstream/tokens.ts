import { createHmac } from 'node:crypto'

/** Signs a JWT (HS256). */
export function signToken(claims: object, secret: string): string {
  const content = [{ alg: 'HS256', typ: 'JWT' }, claims].map(encode).join('.')
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
