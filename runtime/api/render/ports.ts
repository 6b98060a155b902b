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
  const rows: PortRow[] = container.ports.map(({ containerPort, hostPort, protocol, hostAddress }) => ({
    container: containerPort,
    host: hostPort,
    protocol,
    address: hostAddress || '0.0.0.0',
  }));
  for (const key of new Set([...Object.keys(container.config.ExposedPorts ?? {}), ...Object.keys(container.hostConfig.PortBindings ?? {})])) {
    const { port, protocol } = split(key);
    if (!rows.some((row) => row.container === port && row.protocol === protocol)) rows.push({ container: port, host: null, protocol, address: '' });
  }
  return rows.sort((a, b) => a.container - b.container || (a.host ?? 0) - (b.host ?? 0));
}
