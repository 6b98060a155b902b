import { EngineError } from '../../base/errors.ts';
import type { Network } from '../network-service.ts';

export const BRIDGE = 'com.docker.network.bridge.';
export const MTU = 'com.docker.network.driver.mtu';
export const INTERFACE_PREFIX = 'com.docker.network.container_iface_prefix';
const LARGEST_MTU = 65_535;
/** dev_valid_name of the kernel, and room for its NUL. */
const LINK_NAME = /^(?!\.\.?$)[^\s/:]{1,15}$/;

/** Throws InvalidArgument for an option that the driver does not know. */
export function checkKnown(network: Network, known: ReadonlySet<string>): void {
  const unknown = Object.keys(network.options).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new EngineError('InvalidArgument', `unknown option ${JSON.stringify(unknown.slice(0, 100))} of network driver ${network.driver}`);
}

/** 0: not given. */
export function mtuOf({ options }: Network): number {
  const text = options[MTU];
  if (text === undefined) return 0;
  if (!/^\d{1,5}$/.test(text) || Number(text) > LARGEST_MTU) throw invalid(MTU, text);
  return Number(text);
}

export function flagOf({ options }: Network, name: string, absent: boolean): boolean {
  const text = options[name];
  if (text === undefined) return absent;
  if (/^(?:1|t|true)$/i.test(text)) return true;
  if (/^(?:0|f|false)$/i.test(text)) return false;
  throw invalid(name, text);
}

/** One of `words`; the first one when it is not given. */
export function wordOf<Word extends string>({ options }: Network, name: string, words: readonly [Word, ...Word[]]): Word {
  const text = options[name];
  const word = text === undefined || text === '' ? words[0] : words.find((one) => one === text);
  if (word === undefined) throw invalid(name, text ?? '');
  return word;
}

/** Of a link; empty when it is not given. */
export function linkNameOf({ options }: Network, name: string): string {
  const text = options[name] ?? '';
  if (text !== '' && !LINK_NAME.test(text)) throw invalid(name, text);
  return text;
}

/** Of the interfaces inside: `eth` unless said otherwise. */
export function interfacePrefixOf(network: Network): string {
  const prefix = linkNameOf(network, INTERFACE_PREFIX) || 'eth';
  // A number of two digits has to fit as well.
  if (prefix.length > 13) throw invalid(INTERFACE_PREFIX, prefix);
  return prefix;
}

function invalid(name: string, text: string): EngineError {
  return new EngineError('InvalidArgument', `invalid value for network option ${name}: ${JSON.stringify(text.slice(0, 100))}`);
}
