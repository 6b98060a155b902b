import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { messageOf } from '../../base/errors.ts';
import type { Container } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { specOf } from '../spec/spec.ts';
import { ownRows, resolvConfOf } from './etc-files.ts';

/** These files are written by the container as well; what is bigger than this is left alone. */
const LARGEST = 1 << 20;

/** Brings /etc/hosts and /etc/resolv.conf of a running container in line with its networks; what the container has written itself stays. */
export function followNetworks(engine: ContainerEngine, entity: Entity, before: Container['networks']): void {
  const { container } = entity;
  const spec = specOf(container.id, container.config, container.hostConfig, engine.host);
  const rowsOf = (networks: Container['networks']): string[] => networks.flatMap(({ facts }) => ownRows(spec, facts));
  const [gone, here] = [rowsOf(before), rowsOf(container.networks)];
  const added = here.filter((row) => !gone.includes(row));
  const earlier = resolvConfOf(spec, container.hostConfig, before);
  try {
    rewrite(container.hostsPath, (text) => `${text.replaceAll(/^.*\n/gm, (row) => (gone.includes(row) && !here.includes(row) ? '' : row))}${added.join('')}`);
    rewrite(container.resolvConfPath, (text) => (text === earlier ? resolvConfOf(spec, container.hostConfig, container.networks) : text));
  } catch (error) {
    engine.deps.logger.warn('files of a container could not follow its networks', { id: entity.id, error: messageOf(error) });
  }
}

/** In place, since the file is bound into the container: a new one would not be seen. */
function rewrite(path: string, change: (text: string) => string): void {
  if (statSync(path).size > LARGEST) return;
  const text = readFileSync(path, 'utf8');
  const next = change(text);
  if (next !== text) writeFileSync(path, next);
}
