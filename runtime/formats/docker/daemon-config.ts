import { z } from 'zod';
import { type Block, parseAddress, parseCidr } from '../../base/cidr.ts';
import { parseSize } from '../../base/units.ts';

const url = z
  .string()
  .max(1024)
  .refine((text) => isWeb(URL.parse(text)), 'is no http or https URL')
  .refine((text) => !/[?#@]/.test(text), 'has more than a host and a path');
/** Docker takes a scheme away as well. */
const host = z
  .string()
  .max(255)
  .transform((text) => text.replace(/^https?:\/\//i, ''))
  .refine((text) => parseCidr(text) !== null || isHost(text), 'is no HOST, HOST:PORT or subnet');
const address = z.string().refine((text) => parseAddress(text) !== null, 'is no address');
const domain = z
  .string()
  .max(253)
  .regex(/^(\.|[A-Za-z0-9_]([\w-]*\w)?(\.[A-Za-z0-9_]([\w-]*\w)?)*\.?)$/, 'is no domain');
const size = z
  .string()
  .max(32)
  .refine((text) => parseSize(text) !== null, 'is no size such as 20GB');
const proxy = z
  .string()
  .max(1024)
  .refine((text) => text === '' || isWeb(URL.parse(text)), 'is no http or https URL');

function isWeb(url: URL | null): boolean {
  return url !== null && /^https?:$/.test(url.protocol);
}

function isHost(text: string): boolean {
  const match = /^(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[1] ?? 1);
  return match !== null && port > 0 && port < 65_536;
}

/**
 * The configuration file of the engine: the keys of Docker's daemon.json that this engine has a use for, with Docker's meaning. All may be
 * absent; any other key is refused, as Docker refuses it.
 */
export const daemonConfigSchema = z.strictObject({
  'registry-mirrors': z.array(url).max(32).default([]),
  'insecure-registries': z.array(host).max(100).default([]),
  /** Servers asked for names outside; empty: those of the host. */
  dns: z.array(address).max(8).default([]),
  'dns-search': z.array(domain).max(32).default([]),
  'dns-opts': z.array(z.string().min(1).max(100)).max(32).default([]),
  /** From which new networks take their subnets: blocks of `size` out of `base`; empty: the usual ones. */
  'default-address-pools': z
    .array(z.strictObject({ base: z.string().max(64), size: z.number().int() }).superRefine(checkPool))
    .max(32)
    .default([]),
  'log-driver': z.enum(['json-file', 'local', 'none']).default('json-file'),
  'log-opts': z.record(z.string().max(64), z.string().max(1024)).default({}),
  proxies: z
    .strictObject({ 'http-proxy': proxy.default(''), 'https-proxy': proxy.default(''), 'no-proxy': z.string().max(4096).default('') })
    .default({ 'http-proxy': '', 'https-proxy': '', 'no-proxy': '' }),
  builder: z.strictObject({ gc: z.strictObject({ defaultKeepStorage: size.optional() }).default({}) }).default({ gc: {} }),
});
export type DaemonConfig = z.output<typeof daemonConfigSchema>;

/** More blocks of one pool than anybody makes networks. */
const MOST_BLOCKS = 4096n;

function checkPool(pool: { readonly base: string; readonly size: number }, context: z.RefinementCtx): void {
  const base = parseCidr(pool.base)?.block;
  if (base?.family !== 4) context.addIssue({ code: 'custom', path: ['base'], message: 'is no IPv4 subnet such as 10.10.0.0/16' });
  else if (pool.size < base.prefixLength || pool.size > 30)
    context.addIssue({ code: 'custom', path: ['size'], message: `is not from ${base.prefixLength} to 30` });
}

/** The blocks of all pools, in order; null: none are given. */
export function poolBlocks({ 'default-address-pools': pools }: Pick<DaemonConfig, 'default-address-pools'>): readonly Block[] | null {
  if (pools.length === 0) return null;
  return pools.flatMap(({ base, size: prefixLength }) => {
    const whole = parseCidr(base)?.block;
    if (whole === undefined) return [];
    const number = 1n << BigInt(prefixLength - whole.prefixLength);
    const step = 1n << BigInt(32 - prefixLength);
    return Array.from({ length: Number(number < MOST_BLOCKS ? number : MOST_BLOCKS) }, (_, index) => ({
      family: 4 as const,
      base: whole.base + BigInt(index) * step,
      prefixLength,
    }));
  });
}
