import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';

export interface LogSettings {
  /** Bytes; 0: never rotated. */
  readonly maxSize: number;
  readonly maxFiles: number;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** How the log is kept, or null for the driver `none`. Throws InvalidArgument for another driver or a bad option. */
export function logSettingsOf(host: HostConfig): LogSettings | null {
  const type = host.LogConfig?.Type || 'json-file';
  if (type === 'none') return null;
  if (type !== 'json-file') throw new EngineError('InvalidArgument', `logger: no log driver named '${type.slice(0, 100)}' is registered`);
  const options = host.LogConfig?.Config ?? {};
  const maxSize = options['max-size'] === undefined || options['max-size'] === '-1' ? 0 : sizeOf(options['max-size']);
  const maxFiles = Number(options['max-file'] ?? 1);
  if (!Number.isInteger(maxFiles) || maxFiles < 1 || maxFiles > 1000) throw invalid('max-file', options['max-file']);
  if (maxFiles > 1 && maxSize === 0) throw new EngineError('InvalidArgument', 'LogConfig: max-file needs max-size');
  return { maxSize, maxFiles };
}

function sizeOf(text: string): number {
  const match = /^([0-9]+)(?: ?([bkmg])(?:i?b)?)?$/i.exec(text);
  const size = Number(match?.[1] ?? 0) * (UNITS[(match?.[2] ?? '').toLowerCase()] ?? 0);
  if (size <= 0 || !Number.isSafeInteger(size)) throw invalid('max-size', text);
  return size;
}

function invalid(option: string, value: string | undefined): EngineError {
  return new EngineError('InvalidArgument', `LogConfig: invalid value for ${option}: ${value}`);
}
