import type { NetworkMap } from './map-layout.ts';
import { networkIdOf, networkTarget, type Target } from './map-model.ts';

/**
 * What a key does on the map: Up and Down go through the rows, Right leads from a container to its first network and on to the next one,
 * Left back, Down from a network to its first row. On a project Left and Right fold and unfold it.
 */
export function movedTarget(key: string, from: Target, map: NetworkMap): { readonly to: Target } | { readonly fold: string } | null {
  const network = networkIdOf(from);
  return network === null ? fromRow(key, from, map) : fromNetwork(key, network, map);
}

const toRow = (map: NetworkMap, index: number): { readonly to: Target } | null => {
  const row = map.rows[Math.max(0, Math.min(map.rows.length - 1, index))];
  return row ? { to: row.key } : null;
};

function fromRow(key: string, from: Target, map: NetworkMap): ReturnType<typeof movedTarget> {
  const index = map.rows.findIndex((row) => row.key === from);
  const row = map.rows[index];
  if (!row) return null;
  if (key === 'ArrowDown') return toRow(map, index + 1);
  if (key === 'ArrowUp') return toRow(map, index - 1);
  if (key === 'Home') return toRow(map, 0);
  if (key === 'End') return toRow(map, map.rows.length - 1);
  if (row.kind === 'project' && (key === 'ArrowRight' ? row.folded : key === 'ArrowLeft' && !row.folded)) return { fold: row.key };
  const [stop] = row.stops;
  return key === 'ArrowRight' && stop ? { to: networkTarget(stop.network) } : null;
}

function fromNetwork(key: string, network: string, map: NetworkMap): ReturnType<typeof movedTarget> {
  const index = map.rails.findIndex((rail) => rail.network.id === network);
  const member = map.rows.find(({ stops }) => stops.some((stop) => stop.network === network));
  if (key === 'ArrowDown') return member ? { to: member.key } : null;
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  if (step === 0 || index < 0) return null;
  const next = map.rails[index + step];
  if (next) return { to: networkTarget(next.network.id) };
  return step < 0 && member ? { to: member.key } : null;
}
