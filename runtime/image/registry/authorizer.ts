import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import { parseJson } from '../../formats/json.ts';
import { readBounded } from './bounded.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { registryError } from './registry-error.ts';
import type { Transport } from './transport.ts';

const MAX_TOKEN = 1024 * 1024;
/** What a token is good for when its server does not say (distribution's token specification). */
const DEFAULT_LIFE_S = 60;
/** A token is not used to its last moment. */
const MARGIN_MS = 5000;
const CLIENT_ID = 'slipway';

const tokenSchema = z.looseObject({
  token: z.string().nullish(),
  access_token: z.string().nullish(),
  refresh_token: z.string().nullish(),
  expires_in: z.number().nullish(),
});

interface Token {
  readonly header: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Gets in at one endpoint with one client's credentials, by what the endpoint asks for. Tokens live as long as this. */
export class Authorizer {
  readonly #transport: Transport;
  readonly #credentials: Credentials;
  readonly #tokens = new Map<string, Token>();
  /** What was asked for in front of the tokens, for when they run out. */
  readonly #challenges = new Map<string, Challenge>();
  /** A refresh token for later logins, where the server gave one. */
  identityToken: string | undefined;

  constructor(transport: Transport, credentials: Credentials) {
    this.#transport = transport;
    this.#credentials = credentials;
  }

  /** The header for requests of `scope`, as far as it is known by now; a token that has run out is renewed. Throws as `answer` does. */
  async header(scope: string, signal: AbortSignal): Promise<string | undefined> {
    const { registryToken } = this.#credentials;
    if (registryToken !== undefined) return `Bearer ${registryToken}`;
    const token = this.#tokens.get(scope);
    if (token === undefined || token.until > Date.now()) return token?.header;
    const challenge = this.#challenges.get(scope);
    return challenge === undefined ? undefined : await this.#renew(challenge, scope, signal);
  }

  /** Answers a refusal. False when there is nothing that could be answered; throws Unauthorized when the credentials are refused. */
  async answer(header: string | undefined, scope: string, signal: AbortSignal): Promise<boolean> {
    const challenges = parseChallenges(header);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) {
      this.#challenges.set(scope, bearer);
      await this.#renew(bearer, scope, signal);
      return true;
    }
    const { username, password } = this.#credentials;
    if (username === undefined || !challenges.some(({ scheme }) => scheme === 'basic')) return false;
    this.#tokens.set(scope, { header: basic(username, password), until: Number.POSITIVE_INFINITY });
    return true;
  }

  async #renew(challenge: Challenge, scope: string, signal: AbortSignal): Promise<string> {
    const token = await this.#fetchToken(challenge, scope, signal);
    this.#tokens.set(scope, token);
    return token.header;
  }

  async #fetchToken({ parameters }: Challenge, scope: string, signal: AbortSignal): Promise<Token> {
    const realm = this.#checkedRealm(parameters['realm']);
    const scopes = scope === '' ? (parameters['scope'] ?? '') : scope;
    const service = parameters['service'] === undefined ? {} : { service: parameters['service'] };
    const { username, password, identityToken } = this.#credentials;
    let response: Awaited<ReturnType<Transport['send']>>;
    if (identityToken !== undefined) {
      // OAuth 2 as distribution's token server speaks it.
      const scope = scopes === '' ? {} : { scope: scopes };
      const form = { ...service, ...scope, grant_type: 'refresh_token', refresh_token: identityToken, client_id: CLIENT_ID };
      const body = Buffer.from(String(new URLSearchParams(form)));
      response = await this.#transport.send({ method: 'POST', url: realm, body, signal, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    } else {
      for (const [name, value] of Object.entries(service)) realm.searchParams.append(name, value);
      for (const each of scopes.split(' ')) if (each !== '') realm.searchParams.append('scope', each);
      if (username !== undefined) realm.searchParams.set('account', username);
      response = await this.#transport.send({
        method: 'GET',
        url: realm,
        signal,
        headers: username === undefined ? {} : { authorization: basic(username, password) },
      });
    }
    const body = await readBounded(response.body, MAX_TOKEN, `token of ${realm.host}`);
    if (response.status !== 200) throw registryError(response.status, body, `token of ${realm.host}`);
    const { token, access_token, refresh_token, expires_in } = parseJson(body, tokenSchema, `token of ${realm.host}`);
    const value = token || access_token;
    if (!value || /[\r\n]/.test(value)) throw new EngineError('Unauthorized', `token of ${realm.host}: the server gave none`);
    if (refresh_token) this.identityToken = refresh_token;
    return { header: `Bearer ${value}`, until: Date.now() + (expires_in || DEFAULT_LIFE_S) * 1000 - MARGIN_MS };
  }

  /** A registry must not have a password sent in the clear that came to it by TLS, nor one that came in the clear to yet another host. */
  #checkedRealm(text: string | undefined): URL {
    const url = URL.parse(text ?? '');
    const own = new URL(this.#transport.endpoint.origin);
    const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && own.protocol === 'http:' && url.hostname === own.hostname);
    if (url === null || !allowed)
      throw new EngineError(
        'Unauthorized',
        `${this.#transport.endpoint.origin} sends for a token to ${JSON.stringify((text ?? '').slice(0, 200))}, which is not followed`,
      );
    return url;
  }
}

function basic(username: string, password = ''): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
