import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig, HealthcheckConfig } from '../../formats/docker/container-config.ts';

/** A health check with every default filled in. Times in milliseconds. */
export interface HealthSettings {
  readonly argv: readonly string[];
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  /** Instead of `interval` while the start period lasts and nothing was healthy yet. */
  readonly startInterval: number;
  /** Failures in a row that make a container unhealthy. */
  readonly retries: number;
}

const NANOSECONDS_PER_MS = 1_000_000;
const DEFAULT_SHELL = ['/bin/sh', '-c'];
const DEFAULTS = { Interval: 30_000, Timeout: 30_000, StartPeriod: 0, StartInterval: 5000 };
const DURATIONS = ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const;
const DEFAULT_RETRIES = 3;
const FORMS: ReadonlySet<string> = new Set(['NONE', 'CMD', 'CMD-SHELL']);

/** Each field that was not given is the image's, as Docker has it. */
export function mergeHealthcheck(asked: HealthcheckConfig | null | undefined, image: HealthcheckConfig | null | undefined): HealthcheckConfig | undefined {
  if (!asked || !image) return asked ?? image ?? undefined;
  return {
    ...asked,
    Test: asked.Test?.length ? asked.Test : (image.Test ?? null),
    ...Object.fromEntries([...DURATIONS, 'Retries' as const].map((name) => [name, asked[name] || (image[name] ?? 0)])),
  };
}

/** Throws InvalidArgument, in Docker's words where it has any. */
export function checkHealthcheck(check: HealthcheckConfig | null | undefined): void {
  if (!check) return;
  for (const name of DURATIONS) {
    const value = check[name] ?? 0;
    if (value !== 0 && value < NANOSECONDS_PER_MS) throw new EngineError('InvalidArgument', `${name} in Healthcheck cannot be less than 1ms`);
  }
  if ((check.Retries ?? 0) < 0) throw new EngineError('InvalidArgument', 'Retries in Healthcheck cannot be negative');
  const [form, ...words] = check.Test ?? [];
  if (form === undefined || form === 'NONE') return;
  if (!FORMS.has(form)) throw new EngineError('InvalidArgument', `Unknown healthcheck type '${form.slice(0, 100)}' (expected 'CMD')`);
  if ((words[0] ?? '') === '') throw new EngineError('InvalidArgument', `Test in Healthcheck: ${form} needs a command`);
  if (words.some((word) => word.includes('\0'))) throw new EngineError('InvalidArgument', 'Test in Healthcheck: an argument contains a NUL byte');
}

/** Null: the container has no health check. Of a form that is unknown, which only an image can bring, none is made. */
export function healthSettingsOf(config: Pick<ContainerConfig, 'Healthcheck' | 'Shell'>): HealthSettings | null {
  const check = config.Healthcheck;
  const [form, ...words] = check?.Test ?? [];
  if (!check || words.length === 0 || (form !== 'CMD' && form !== 'CMD-SHELL')) return null;
  const duration = (name: keyof typeof DEFAULTS): number => (check[name] ? check[name] / NANOSECONDS_PER_MS : DEFAULTS[name]);
  return {
    argv: form === 'CMD' ? words : [...(config.Shell?.length ? config.Shell : DEFAULT_SHELL), ...words],
    interval: duration('Interval'),
    timeout: duration('Timeout'),
    startPeriod: duration('StartPeriod'),
    startInterval: duration('StartInterval'),
    retries: check.Retries || DEFAULT_RETRIES,
  };
}
