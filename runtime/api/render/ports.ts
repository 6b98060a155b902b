import type { Container } from '../../container/container-service.ts';

export interface PortRow {
  readonly container: number;
  /** Null: exposed, not published. */
  readonly host: number | null;
  readonly protocol: string;
  readonly address: string;
}

function split(key: string): { readonly port: number; readonly protocol: string } {
  const [port = '', protocol = 'tcp'] = key.split('/');
  return { port: Number.parseInt(port, 10) || 0, protocol };
}

/** Published and exposed ports, by number. */
export function portList(container: Container): readonly PortRow[] {
  const bindings = container.hostConfig.PortBindings ?? {};
  const rows: PortRow[] = [];
  for (const key of new Set([...Object.keys(container.config.ExposedPorts ?? {}), ...Object.keys(bindings)])) {
    const { port, protocol } = split(key);
    const published = (bindings[key] ?? []).filter((binding) => Number(binding.HostPort) > 0);
    if (published.length === 0) rows.push({ container: port, host: null, protocol, address: '' });
    for (const binding of published) rows.push({ container: port, host: Number(binding.HostPort), protocol, address: binding.HostIp || '0.0.0.0' });
  }
  return rows.sort((a, b) => a.container - b.container || (a.host ?? 0) - (b.host ?? 0));
}
