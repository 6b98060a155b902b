/** `8080`, `127.0.0.1:8080`, `[::1]:8080`; null: not a port from 1 to 65535 of a known address. */
export function parsePort(text: string): { readonly address: string; readonly port: number } | null {
  const match = /^(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]+\]):)?(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[2]);
  if (!match || port < 1 || port > 65_535) return null;
  const address = (match[1] ?? '').replace(/^\[|\]$/g, '');
  if (address.includes('.') && address.split('.').some((part) => Number(part) > 255)) return null;
  return { address, port };
}

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** `30s`, `1m30s`, `500ms`; a bare number is seconds. Null: none of these. */
export function durationNanoseconds(text: string): number | null {
  const bare = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(bare)) return Math.round(Number(bare) * 1e9);
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+$/.test(bare)) return null;
  let sum = 0;
  for (const [, number, unit = 's'] of bare.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)) sum += Number(number) * (UNITS[unit] ?? 0);
  return Math.round(sum);
}

export function durationText(nanoseconds: number | undefined): string {
  if (!nanoseconds) return '';
  return nanoseconds % 1e9 === 0 ? `${nanoseconds / 1e9}s` : `${nanoseconds / 1e6}ms`;
}
