import { z } from 'zod';
import type { EngineSettingsAnswer } from '../../../runtime/api/types/settings.ts';

const text = z.string().max(4096);
const list = z.array(text).max(128);

/** Keys of the engine's configuration file. Only bounds here: what is a server or a subnet is the engine's to say, next to the field. */
const engineSettingsSchema = z.strictObject({
  'registry-mirrors': list,
  'insecure-registries': list,
  dns: list,
  'dns-search': list,
  'dns-opts': list,
  'default-address-pools': z.array(z.strictObject({ base: text, size: z.number() })).max(64),
  'log-driver': text,
  'log-opts': z.record(z.string().max(64), text).refine((options) => Object.keys(options).length <= 64, 'too many options'),
  /** One that is not given stays as it is. */
  proxies: z.strictObject({ 'http-proxy': text, 'https-proxy': text, 'no-proxy': text }).partial(),
  /** Empty: as the engine sees fit. */
  builder: z.strictObject({ gc: z.strictObject({ defaultKeepStorage: text.optional() }) }),
});

export const engineSettingsRequestSchemas = {
  'engine.settings': z.strictObject({}),
  /** What is not given stays as it is. In force at once. Fails with the engine's words, which name the key; then nothing has changed. */
  'engine.changeSettings': z.strictObject({ change: engineSettingsSchema.partial() }),
  'engine.machine': z.strictObject({}),
} as const;

/** What there is to share out, and what the engine's own process takes of it. */
export interface Machine {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly os: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly cgroups: string;
  readonly engine: {
    readonly version: string;
    readonly apiVersion: string;
    readonly pid: number;
    readonly root: string;
    readonly run: string;
    readonly memory: number;
  };
}

export interface EngineSettingsResults {
  'engine.settings': EngineSettingsAnswer;
  'engine.changeSettings': EngineSettingsAnswer;
  'engine.machine': Machine;
}
