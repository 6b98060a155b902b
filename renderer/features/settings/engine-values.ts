import type { EngineSettingsAnswer } from '../../../runtime/api/types/settings.ts';
import { t } from '../../strings/t.ts';

const words = t.settings;
export type EngineConfig = EngineSettingsAnswer['settings'];
type Change = Partial<Record<keyof EngineConfig, unknown>>;

const LISTS = ['registry-mirrors', 'insecure-registries', 'dns', 'dns-search', 'dns-opts'] as const;
const PROXIES = ['http-proxy', 'https-proxy', 'no-proxy'] as const;
/** Settings that are written as one line; the others have a line for each item. */
export const ONE_LINE: ReadonlySet<string> = new Set([...PROXIES, 'builder']);

/** A setting as people write it: a line an item. */
export function textOf(id: string, config: EngineConfig): string {
  const list = LISTS.find((one) => one === id);
  if (list) return config[list].join('\n');
  const proxy = PROXIES.find((one) => one === id);
  if (proxy) return config.proxies[proxy];
  if (id === 'builder') return config.builder.gc.defaultKeepStorage ?? '';
  if (id === 'default-address-pools') return config['default-address-pools'].map(({ base, size }) => `${base} ${size}`).join('\n');
  return Object.entries(config['log-opts'])
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** What is to be changed for it, or what is wrong with its form; whether a value is right is the engine's to say. */
export function changeOf(id: string, text: string): { readonly change: Change } | { readonly error: string } {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const at = (test: (line: string) => boolean) => lines.findIndex((line) => !test(line)) + 1;
  if (LISTS.some((one) => one === id)) return { change: { [id]: lines } };
  if (PROXIES.some((one) => one === id)) return { change: { proxies: { [id]: text.trim() } } };
  if (id === 'builder') return { change: { builder: { gc: text.trim() === '' ? {} : { defaultKeepStorage: text.trim() } } } };
  if (id === 'default-address-pools') {
    const wrong = at((line) => /^\S+\s+\d{1,3}$/.test(line));
    if (wrong > 0) return { error: words.line(wrong, words.needsPool) };
    const pools = lines.map((line) => line.split(/\s+/)).map(([base = '', size]) => ({ base, size: Number(size) }));
    return { change: { 'default-address-pools': pools } };
  }
  const wrong = at((line) => /^[^=\s]+=/.test(line));
  if (wrong > 0) return { error: words.line(wrong, words.needsOption) };
  const options = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  return { change: { 'log-opts': Object.fromEntries(options) } };
}

/** The engine's words next to the field, in the app's language where they are known: without the key, which the field is, and with the line of an item. */
export function wordsOfError(message: string): string {
  const found = /^settings: ((?:[\w-]+)(?:\.[\w-]+)*) (.+)$/s.exec(message);
  if (!found) return message.replace(/^settings: /, '');
  const [, path = '', what = ''] = found;
  const item = /\.(\d+)(?:\.|$)/.exec(path)?.[1];
  return item === undefined ? inOurWords(what) : words.line(Number(item) + 1, inOurWords(what));
}

function inOurWords(what: string): string {
  const size = /^is not from (\d+) to (\d+)$/.exec(what);
  if (size) return words.refusedSize(Number(size[1]), Number(size[2]));
  return Object.hasOwn(words.refused, what) ? words.refused[what as keyof typeof words.refused] : what;
}
