import { z } from 'zod';
import { EngineError } from '../base/errors.ts';
import type { BuildRequest, ContextSource } from '../build/build-service.ts';
import { checkContextName } from '../build/named-contexts.ts';
import { type Credentials, parseAuthConfig } from '../image/registry/credentials.ts';
import { flag, integer } from './query.ts';

const buildArgsSchema = z.record(z.string().max(1000), z.string().max(1_000_000).nullable());
const labelsSchema = z.record(
  z.string().max(10_000),
  z
    .string()
    .max(1_000_000)
    .nullable()
    .transform((value) => value ?? ''),
);
const namesSchema = z.array(z.string().max(1000)).max(100);
const contextsSchema = z.record(z.string().max(256), z.string().max(10_000)).refine((contexts) => Object.keys(contexts).length <= 64, 'more than 64');
const agentsSchema = z.record(z.string().min(1).max(256), z.string().startsWith('/').max(4096));
const secretsSchema = z.record(z.string().min(1).max(256), z.base64());
const ulimitsSchema = z.array(z.object({ Name: z.string().max(60), Soft: z.number().int(), Hard: z.number().int() })).max(100);
const registriesSchema = z.record(z.string().max(1000), z.unknown());

/** What a client may call its build. */
export const BUILD_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const MAX_BYTES = Number.MAX_SAFE_INTEGER;
/** What Docker's own registry is called in `config.json`. */
const HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** What POST /build asks for, but for the context. Throws InvalidArgument naming the field, Unsupported for what this builder does not do. */
export function parseBuildQuery(
  query: URLSearchParams,
  registryConfig: string | undefined,
  secrets: string | undefined,
  agents?: string,
): Omit<BuildRequest, 'context'> {
  refuse(query);
  const forced = flag(query, 'forcerm');
  const id = query.get('buildid') ?? '';
  if (id !== '' && !BUILD_ID.test(id))
    throw new EngineError('InvalidArgument', 'buildid: at most 128 letters, digits, _ and -, of which the first is none of the last two');
  return {
    ...(id !== '' && { id }),
    namedContexts: namedContextsOf(query),
    dockerfile: { path: query.get('dockerfile') || 'Dockerfile' },
    target: query.get('target') ?? '',
    buildArgs: json(query, 'buildargs', buildArgsSchema) ?? {},
    labels: json(query, 'labels', labelsSchema) ?? {},
    tags: query.getAll('t').filter(Boolean),
    platform: query.get('platform') ?? '',
    noCache: flag(query, 'nocache'),
    noCacheStages: [],
    cacheFrom: json(query, 'cachefrom', namesSchema) ?? [],
    pull: flag(query, 'pull'),
    networkMode: query.get('networkmode') || 'default',
    extraHosts: query.getAll('extrahosts').filter(Boolean),
    resources: resourcesOf(query),
    secrets: { secret: secretsOf(secrets), ssh: agentsOf(agents) },
    credentials: credentialsOf(registryConfig),
    allowInsecure: false,
    checkOnly: false,
    keepFailed: !forced,
    // Removing whatever happens goes before keeping what went well.
    keepDone: !forced && query.has('rm') && !flag(query, 'rm'),
  };
}

/** Where the files come from: an address, or the body. */
export function contextOf(query: URLSearchParams, body: AsyncIterable<Uint8Array>): ContextSource {
  const url = query.get('remote') ?? '';
  return url === '' ? { kind: 'tar', archive: body } : { kind: 'remote', url };
}

function refuse(query: URLSearchParams): void {
  const version = query.get('version') ?? '';
  if (!['', '1', '2'].includes(version)) throw new EngineError('InvalidArgument', `invalid version ${JSON.stringify(version.slice(0, 100))}`);
  if (version === '2' || query.get('remote') === 'client-session') {
    throw new EngineError('Unsupported', "version: BuildKit's protocol is not served: build with DOCKER_BUILDKIT=0");
  }
  const isolation = query.get('isolation') ?? '';
  if (isolation !== '' && isolation.toLowerCase() !== 'default')
    throw new EngineError('InvalidArgument', `unsupported isolation: ${JSON.stringify(isolation.slice(0, 100))}`);
  if (flag(query, 'squash')) throw new EngineError('InvalidArgument', 'squash is only supported with experimental mode');
  if (!['', '[]', 'null'].includes(query.get('outputs') ?? ''))
    throw new EngineError('Unsupported', "outputs: a result goes to the engine's images; use docker save");
  if (query.getAll('securityopt').some((text) => !['', '[]', 'null'].includes(text))) {
    throw new EngineError('InvalidArgument', 'securityopt: the daemon on this platform does not support setting security options on build');
  }
}

function resourcesOf(query: URLSearchParams): Record<string, unknown> {
  const number = (name: string, min = 0): number | undefined => integer(query, name, { min, max: MAX_BYTES }) || undefined;
  const given = {
    Memory: number('memory'),
    MemorySwap: number('memswap', -1),
    CpuShares: number('cpushares'),
    CpuPeriod: number('cpuperiod'),
    CpuQuota: number('cpuquota', -1),
    CpusetCpus: query.get('cpusetcpus') || undefined,
    CpusetMems: query.get('cpusetmems') || undefined,
    ShmSize: number('shmsize'),
    Ulimits: json(query, 'ulimits', ulimitsSchema),
    CgroupParent: query.get('cgroupparent') || undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function namedContextsOf(query: URLSearchParams): Readonly<Record<string, string>> {
  const given = json(query, 'contexts', contextsSchema) ?? {};
  for (const name of Object.keys(given)) checkContextName(name);
  return given;
}

/** `undefined` for absent, empty and null. */
function json<Schema extends z.ZodType>(query: URLSearchParams, name: string, schema: Schema): z.output<Schema> | undefined {
  const text = query.get(name);
  if (text === null || text === '' || text === 'null') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('InvalidArgument', `${name}: not valid JSON`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new EngineError('InvalidArgument', `${[name, ...(issue?.path.map(String) ?? [])].join('.')}: ${issue?.message ?? 'invalid'}`);
}

/** X-Registry-Config: base64 of an object from registries to what X-Registry-Auth has. */
function credentialsOf(header: string | undefined): (host: string) => Credentials | undefined {
  if (!header) return () => undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch (cause) {
    throw new EngineError('InvalidArgument', 'invalid X-Registry-Config header: not JSON in base64', { cause });
  }
  const parsed = registriesSchema.nullable().safeParse(value);
  if (!parsed.success) throw new EngineError('InvalidArgument', 'invalid X-Registry-Config header: not an object');
  const byHost = new Map(
    Object.entries(parsed.data ?? {}).map(([address, auth]) => {
      const { serverAddress: _, ...credentials } = parseAuthConfig(auth, `invalid X-Registry-Config header: ${address.slice(0, 100)}`);
      return [hostOf(address), credentials] as const;
    }),
  );
  return (host) => byHost.get(hostOf(host));
}

/** X-Slipway-Build-Secrets: base64 of an object from ids to their content in base64. In a header, so that no log of addresses has them. */
function secretsOf(header: string | undefined): (id: string) => Uint8Array | undefined {
  if (!header) return () => undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    throw new EngineError('InvalidArgument', 'invalid X-Slipway-Build-Secrets header: not JSON in base64');
  }
  const parsed = secretsSchema.safeParse(value);
  // The issue's words may have what was given: they are not repeated.
  if (!parsed.success) throw new EngineError('InvalidArgument', 'invalid X-Slipway-Build-Secrets header: not an object from ids to base64');
  const byId = new Map(Object.entries(parsed.data).map(([id, content]) => [id, Buffer.from(content, 'base64')]));
  return (id) => byId.get(id);
}

/** X-Slipway-Build-Agents: base64 of an object from ids to sockets of ssh agents on this machine. */
function agentsOf(header: string | undefined): (id: string) => string | undefined {
  if (!header) return () => undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch (cause) {
    throw new EngineError('InvalidArgument', 'invalid X-Slipway-Build-Agents header: not JSON in base64', { cause });
  }
  const parsed = agentsSchema.safeParse(value);
  if (!parsed.success) throw new EngineError('InvalidArgument', 'invalid X-Slipway-Build-Agents header: not an object from ids to absolute paths');
  const byId = new Map(Object.entries(parsed.data));
  return (id) => byId.get(id);
}

function hostOf(address: string): string {
  const [host = ''] = address.replace(/^https?:\/\//, '').split('/', 1);
  return HUB.includes(host) ? 'docker.io' : host;
}
