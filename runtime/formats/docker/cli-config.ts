import { z } from 'zod';

const text = z.string().max(64 * 1024);

const authSchema = z.looseObject({
  /** `user:password` in base64. */
  auth: text.optional(),
  username: text.optional(),
  password: text.optional(),
  identitytoken: text.optional(),
  registrytoken: text.optional(),
});

/** ~/.docker/config.json as far as it is about credentials; everything else is kept as it is. */
export const cliConfigSchema = z.looseObject({
  auths: z.record(z.string(), authSchema).optional(),
  /** Helper by registry. */
  credHelpers: z.record(z.string(), text).optional(),
  /** Helper for all others. */
  credsStore: text.optional(),
});

export type CliConfig = z.infer<typeof cliConfigSchema>;
export type CliAuth = z.infer<typeof authSchema>;

/** Docker's own registry has this name in credentials, for as long as there have been any. */
export const HUB_SERVER = 'https://index.docker.io/v1/';
const HUB_HOSTS = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** Under which name credentials for a registry (`host[:port]`, a URL, empty: Docker's own) are kept. */
export function serverOf(registry: string): string {
  const host = hostOf(registry);
  return host === '' || HUB_HOSTS.includes(host) ? HUB_SERVER : host;
}

/** The helper that keeps credentials for `server`; undefined: the file itself does. */
export function helperOf({ credHelpers = {}, credsStore }: CliConfig, server: string): string | undefined {
  const own = Object.entries(credHelpers).find(([registry]) => serverOf(registry) === server)?.[1];
  return own || credsStore || undefined;
}

/** What the file itself has for `server`, however its key is written. */
export function authOf({ auths = {} }: CliConfig, server: string): CliAuth | undefined {
  return auths[server] ?? Object.entries(auths).find(([registry]) => serverOf(registry) === server)?.[1];
}

function hostOf(registry: string): string {
  return registry.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
