import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import { checkLogAttributes } from './log-attributes.ts';

/** How a container's output is kept. Both drivers write the same files; `local` only has other defaults and names no path. */
export interface LogSettings {
  readonly driver: 'json-file' | 'local';
  /** Bytes; 0: never rotated. */
  readonly maxSize: number;
  readonly maxFiles: number;
}

type Options = Readonly<Record<string, string>>;

const UNITS = ['', 'k', 'm', 'g', 't', 'p'];
const MODES: ReadonlySet<string> = new Set(['', 'blocking', 'non-blocking']);
const OWN_OPTIONS: ReadonlySet<string> = new Set(['max-size', 'max-file', 'compress', 'labels', 'labels-regex', 'env', 'env-regex', 'tag']);
const EVERY_DRIVER: ReadonlySet<string> = new Set(['mode', 'max-buffer-size']);
/** Docker's for the driver `local`. */
const LOCAL_DEFAULTS = { maxSize: 20 * 2 ** 20, maxFiles: 5 };
const MOST_FILES = 1000;

/**
 * How the log is kept, or null for the driver `none`, which takes any option. Throws InvalidArgument in Docker's words for
 * another driver or a bad option. `mode=non-blocking` needs no buffer: a monitor never waits for a reader of the log.
 */
export function logSettingsOf(host: HostConfig): LogSettings | null {
  const driver = host.LogConfig?.Type || 'json-file';
  if (driver === 'none') return null;
  const options: Options = host.LogConfig?.Config ?? {};
  checkMode(options);
  if (driver !== 'json-file' && driver !== 'local') throw invalid(`logger: no log driver named '${driver.slice(0, 100)}' is registered`);
  for (const name of Object.keys(options)) {
    if (OWN_OPTIONS.has(name) || EVERY_DRIVER.has(name)) continue;
    const unknown = `unknown log opt '${name.slice(0, 100)}' for`;
    throw invalid(driver === 'local' ? `${unknown} log driver local` : `${unknown} json-file log driver`);
  }
  checkLogAttributes(options);
  const defaults = driver === 'local' ? LOCAL_DEFAULTS : { maxSize: 0, maxFiles: 1 };
  const maxSize = options['max-size'] === undefined ? defaults.maxSize : maxSizeOf(options['max-size']);
  const maxFiles = options['max-file'] === undefined ? defaults.maxFiles : maxFilesOf(options['max-file']);
  if (isCompressed(options) && (maxFiles < 2 || maxSize === 0)) {
    throw invalid('compress cannot be true when max-file is less than 2 or max-size is not set');
  }
  return { driver, maxSize, maxFiles };
}

/** What of the log options has no effect here, in sentences. */
export function logWarnings(host: HostConfig): string[] {
  const isUseless = host.LogConfig?.Type !== 'none' && isCompressed(host.LogConfig?.Config ?? {});
  return isUseless ? ['LogConfig: compress was ignored: rotated log files stay as they were written.'] : [];
}

function checkMode(options: Options): void {
  const mode = options['mode'] ?? '';
  if (!MODES.has(mode)) throw invalid(`logger: logging mode not supported: ${mode.slice(0, 100)}`);
  const size = options['max-buffer-size'];
  if (size === undefined) return;
  if (mode !== 'non-blocking') throw invalid("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
  if (bytesOf(size, 1024) === null) throw invalid(`error parsing option max-buffer-size: invalid size: '${size.slice(0, 100)}'`);
}

function maxSizeOf(text: string): number {
  if (text === '-1') return 0;
  const size = bytesOf(text, 1000);
  if (size === null) throw invalid(`invalid value for max-size: ${text.slice(0, 100)}: invalid size: '${text.slice(0, 100)}'`);
  if (size === 0) throw invalid('max-size must be a positive number');
  return size;
}

function maxFilesOf(text: string): number {
  if (!/^[+-]?[0-9]{1,15}$/.test(text))
    throw invalid(`invalid value for max-file: strconv.Atoi: parsing ${JSON.stringify(text.slice(0, 100))}: invalid syntax`);
  const files = Number(text);
  if (files < 1) throw invalid('max-file cannot be less than 1');
  if (files > MOST_FILES) throw invalid(`max-file cannot be more than ${MOST_FILES}`);
  return files;
}

function isCompressed(options: Options): boolean {
  const text = options['compress'];
  if (text === undefined || /^(0|f|F|false|FALSE|False)$/.test(text)) return false;
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  throw invalid(`invalid value for compress: strconv.ParseBool: parsing ${JSON.stringify(text.slice(0, 100))}: invalid syntax`);
}

/** `10m`, `1.5 GB`, `20kib`; null: not a size. Docker counts log sizes in thousands and buffers in 1024s. */
function bytesOf(text: string, base: 1000 | 1024): number | null {
  const match = /^([0-9]+(?:\.[0-9]+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text);
  if (match === null) return null;
  const size = Math.floor(Number(match[1]) * base ** UNITS.indexOf((match[2] ?? '').toLowerCase()));
  return Number.isSafeInteger(size) ? size : null;
}

function invalid(text: string): EngineError {
  return new EngineError('InvalidArgument', text);
}
