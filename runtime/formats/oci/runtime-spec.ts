import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';

const text = z
  .string()
  .max(65_536)
  .refine((value) => !value.includes('\0'), 'contains a NUL byte');
const absolutePath = text.refine((value) => value.startsWith('/'), 'is not an absolute path');
const id = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 2);
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .max(4096)
    .nullish()
    .transform((items) => items ?? []);
const count = z
  .number()
  .int()
  .min(-(2 ** 53))
  .max(2 ** 53);
const capabilities = list(z.string().max(64));

const mount = z.object({
  destination: absolutePath,
  type: text.optional(),
  source: text.optional(),
  options: list(text),
});

const rlimit = z.object({ type: z.string().max(64), soft: z.number().min(0), hard: z.number().min(0) });

const process = z.object({
  terminal: z.boolean().default(false),
  consoleSize: z.object({ height: z.number().int().min(0).max(65_535), width: z.number().int().min(0).max(65_535) }).optional(),
  user: z.object({ uid: id, gid: id, umask: z.number().int().min(0).max(0o777).optional(), additionalGids: list(id) }),
  args: z.array(text).min(1).max(65_536),
  env: list(text),
  cwd: absolutePath,
  capabilities: z
    .object({ bounding: capabilities, effective: capabilities, inheritable: capabilities, permitted: capabilities, ambient: capabilities })
    .optional(),
  rlimits: list(rlimit),
  noNewPrivileges: z.boolean().default(false),
  apparmorProfile: z.string().optional(),
  selinuxLabel: z.string().optional(),
  oomScoreAdj: z.number().int().min(-1000).max(1000).optional(),
});

const hook = z.object({
  path: absolutePath,
  args: list(text),
  env: list(text),
  timeout: z.number().int().min(1).optional(),
});

const deviceRule = z.object({
  allow: z.boolean(),
  type: z.enum(['a', 'b', 'c', 'u']).optional(),
  major: z.number().int().nullish(),
  minor: z.number().int().nullish(),
  access: z
    .string()
    .regex(/^[rwm]{1,3}$/)
    .optional(),
});

const resources = z.object({
  devices: list(deviceRule),
  memory: z
    .object({
      limit: count.optional(),
      reservation: count.optional(),
      swap: count.optional(),
      swappiness: z.number().int().min(0).max(100).optional(),
      kernelTCP: count.optional(),
      disableOOMKiller: z.boolean().optional(),
    })
    .optional(),
  cpu: z
    .object({
      shares: count.optional(),
      quota: count.optional(),
      period: count.optional(),
      cpus: z.string().max(4096).optional(),
      mems: z.string().max(4096).optional(),
      realtimeRuntime: count.optional(),
      realtimePeriod: count.optional(),
    })
    .optional(),
  pids: z.object({ limit: count }).optional(),
  blockIO: z.looseObject({ weight: z.number().int().min(0).max(1000).optional() }).optional(),
  hugepageLimits: list(z.unknown()),
  network: z.looseObject({}).optional(),
  rdma: z.looseObject({}).optional(),
  unified: z.looseObject({}).optional(),
});

const linux = z.object({
  namespaces: list(z.object({ type: z.string().max(32), path: absolutePath.or(z.literal('')).optional() })),
  uidMappings: list(z.unknown()),
  gidMappings: list(z.unknown()),
  devices: list(
    z.object({
      path: absolutePath,
      type: z.enum(['b', 'c', 'u', 'p']),
      major: z.number().int().min(0).default(0),
      minor: z.number().int().min(0).default(0),
      fileMode: z.number().int().min(0).max(0o177777).default(0o666),
      uid: id.default(0),
      gid: id.default(0),
    }),
  ),
  cgroupsPath: text.optional(),
  resources: resources.optional(),
  sysctl: z.record(z.string().max(512), text).nullish(),
  seccomp: z.looseObject({ flags: list(z.string()), listenerPath: z.string().optional() }).optional(),
  rootfsPropagation: z.enum(['', 'private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared', 'unbindable', 'runbindable']).optional(),
  maskedPaths: list(absolutePath),
  readonlyPaths: list(absolutePath),
  personality: z.unknown().optional(),
  intelRdt: z.unknown().optional(),
  mountLabel: z.string().optional(),
});

const schema = z.object({
  ociVersion: z.string().regex(/^1\.\d+\.\d+/, 'is not a version 1'),
  root: z.object({ path: text.min(1), readonly: z.boolean().default(false) }),
  process: process,
  hostname: text.optional(),
  domainname: text.optional(),
  mounts: list(mount),
  hooks: z
    .object({
      prestart: list(hook),
      createRuntime: list(hook),
      createContainer: list(hook),
      startContainer: list(hook),
      poststart: list(hook),
      poststop: list(hook),
    })
    .optional(),
  annotations: z.record(z.string(), text).default({}),
  linux: linux.prefault({}),
});

/** A config.json of the OCI runtime specification, as far as it concerns Linux; unknown keys are dropped. */
export type RuntimeSpec = z.output<typeof schema>;
export type RuntimeMount = RuntimeSpec['mounts'][number];
export type RuntimeHook = z.output<typeof hook>;

/** Throws InvalidArgument naming the field that is wrong. */
export function parseRuntimeSpec(json: string): RuntimeSpec {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new EngineError('InvalidArgument', `config.json: ${String(cause)}`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new EngineError('InvalidArgument', `config.json: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`);
}
