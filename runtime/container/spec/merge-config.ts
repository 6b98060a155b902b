import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig } from '../../formats/docker/container-config.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import { mergeHealthcheck } from '../health/settings.ts';

type ImageDefaults = NonNullable<ImageConfig['config']>;

/**
 * What the client asked for, completed from the image as Docker does: the client's environment comes first, the image's
 * command counts only when neither a command nor an entry point is given.
 */
export function mergeConfig(asked: ContainerConfig, image: ImageDefaults | null | undefined): ContainerConfig {
  const defaults: Partial<ImageDefaults> = image ?? {};
  const entrypoint = asked.Entrypoint ?? null;
  const takesCommand = (entrypoint?.length ?? 0) === 0 && (asked.Cmd?.length ?? 0) === 0;
  return {
    ...asked,
    User: asked.User || defaults.User || '',
    Env: mergeEnvironment(asked.Env ?? [], defaults.Env ?? []),
    Cmd: takesCommand ? (defaults.Cmd ?? null) : (asked.Cmd ?? null),
    Entrypoint: isCleared(entrypoint) ? null : (entrypoint ?? defaults.Entrypoint ?? null),
    WorkingDir: asked.WorkingDir || defaults.WorkingDir || '',
    Labels: { ...defaults.Labels, ...asked.Labels },
    ExposedPorts: withDefaults(asked.ExposedPorts, defaults.ExposedPorts),
    Volumes: withDefaults(asked.Volumes, defaults.Volumes),
    StopSignal: asked.StopSignal || defaults.StopSignal || undefined,
    Healthcheck: mergeHealthcheck(asked.Healthcheck, defaults.Healthcheck),
    Shell: asked.Shell ?? defaults.Shell ?? null,
  };
}

/** argv of the container's process. Throws InvalidArgument `no command specified`. */
export function commandOf(config: ContainerConfig): readonly [string, ...string[]] {
  const [path, ...rest] = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  if (path === undefined) throw new EngineError('InvalidArgument', 'no command specified');
  return [path, ...rest];
}

/** One empty string is how clients ask to clear the image's entry point. */
function isCleared(entrypoint: readonly string[] | null): boolean {
  return entrypoint?.length === 1 && entrypoint[0] === '';
}

function mergeEnvironment(asked: readonly string[], image: readonly string[]): string[] {
  const keys = new Set(asked.map(keyOf));
  return [...asked, ...image.filter((entry) => !keys.has(keyOf(entry)))];
}

function keyOf(entry: string): string {
  const equals = entry.indexOf('=');
  return equals < 0 ? entry : entry.slice(0, equals);
}

function withDefaults(asked: Record<string, unknown> | null | undefined, image: Record<string, unknown> | null | undefined): Record<string, unknown> | null {
  return asked || image ? { ...image, ...asked } : null;
}
