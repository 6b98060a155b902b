import { expect, it } from 'vitest';
import { t } from '../strings/t.ts';
import { pullFailure } from './pull-failure.ts';

const words = t.pull.failures;
const HOST = 'registry.example:5000';

// The messages are the engine's, as its tests have them.
it.each([
  [
    `pull access denied for ${HOST}/app, repository does not exist or may require 'docker login': https://${HOST}/v2/: unauthorized: authentication required`,
    words.denied(HOST),
    'login',
  ],
  [`manifest for ${HOST}/app:9 not found: manifest unknown: https://${HOST}: manifest unknown`, words.missing(`${HOST}/app:9`, HOST), null],
  ['app:9: no matching manifest for linux/s390x in the manifest list entries', words.platform(`${HOST}/app:9`), null],
  [`GET "https://${HOST}/v2/": getaddrinfo ENOTFOUND registry.example`, words.unreachable(HOST), null],
  [`GET "https://${HOST}/v2/": connect ECONNREFUSED 127.0.0.1:5000`, words.unreachable(HOST), null],
  [`GET "https://${HOST}/v2/": self-signed certificate`, words.certificate(HOST), null],
  [`https://${HOST}/v2/app/manifests/9: toomanyrequests: You have reached your pull rate limit`, words.limited(HOST), 'login'],
  ['the engine is not running', words.engine, null],
  ['something else', words.other(`${HOST}/app:9`), null],
])('%s', (message, title, help) => expect(pullFailure(message, `${HOST}/app:9`)).toMatchObject({ title, help }));
