import { describe, expect, it } from 'vitest';
import { type Method, Router } from './router.ts';

const route = (method: Method, pattern: string): { method: Method; pattern: string; handler: string } => ({ method, pattern, handler: `${method} ${pattern}` });
const router = new Router([
  route('GET', '/images/json'),
  route('GET', '/images/{name}/json'),
  route('DELETE', '/images/{name}'),
  route('POST', '/images/{name}/push'),
  route('GET', '/containers/{name}/json'),
]);

describe('router', () => {
  it.each([
    ['GET', '/images/json', 'GET /images/json', {}],
    ['GET', '/images/library/nginx/json', 'GET /images/{name}/json', { name: 'library/nginx' }],
    ['GET', '/images/json/json', 'GET /images/{name}/json', { name: 'json' }],
    ['POST', '/images/127.0.0.1:5000/a/push', 'POST /images/{name}/push', { name: '127.0.0.1:5000/a' }],
    ['DELETE', '/images/a@sha256:00', 'DELETE /images/{name}', { name: 'a@sha256:00' }],
    ['GET', '/containers/hc/t:1/json', 'GET /containers/{name}/json', { name: 'hc/t:1' }],
    ['GET', '/containers/a\nb/json', 'GET /containers/{name}/json', { name: 'a\nb' }],
  ])('%s %s', (method, path, handler, params) => expect(router.match(method, path)).toEqual({ handler, params }));

  it.each([
    ['POST', '/images/json'],
    ['GET', '/images'],
    ['GET', '/images//'],
    ['GET', '/containers//json'],
    ['GET', '/'],
    ['GET', ''],
    ['GET', '/images/jsonx'],
    ['GET', '/x/images/json'],
  ])('knows no %s %s', (method, path) => expect(router.match(method, path)).toBeNull());
});
