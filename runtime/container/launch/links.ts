import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { EngineError, messageOf } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import type { Container } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { type Link, linkEnvironment, parseLink } from '../spec/links.ts';
import { networkOwner } from './donors.ts';

interface Resolved {
  readonly alias: string;
  readonly target: Container;
}

/** A hosts file is written by the container as well; what is bigger than this is left alone. */
const MAX_HOSTS = 1 << 20;

/**
 * `Links` with each target by its name. Throws InvalidArgument in Docker's words for a target that is missing or on the network
 * of the host.
 */
export function normalLinks(engine: ContainerEngine, host: HostConfig): Pick<HostConfig, 'Links'> {
  if (!host.Links?.length) return {};
  return {
    Links: host.Links.map((text) => {
      const { target, alias } = parseLink(text);
      const name = nameOf(engine, target);
      if (networkOwner(engine, name)?.container.hostConfig.NetworkMode === 'host') {
        throw new EngineError('InvalidArgument', "conflicting options: host type networking can't be used with links. This would result in undefined behavior");
      }
      return `${name}:${alias}`;
    }),
  };
}

function nameOf(engine: ContainerEngine, target: string): string {
  try {
    return engine.table.find(target).name;
  } catch (error) {
    throw new EngineError('InvalidArgument', `could not get container for ${target.slice(0, 256)}: ${messageOf(error)}`, { cause: error });
  }
}

/** Rows of the hosts file for the targets. Throws Conflict in Docker's words when one does not run or has no address. */
export function linkRows(engine: ContainerEngine, container: Container): string[] {
  const found = resolved(engine, container);
  const gone = linksOf(container).find(({ target }) => networkOwner(engine, target)?.isLive !== true);
  if (gone !== undefined) {
    throw new EngineError('Conflict', `Cannot link to a non running container: /${gone.target} AS /${container.name}/${gone.alias}`);
  }
  const apart = found.find(({ target }) => addressOf(target) === '');
  if (apart !== undefined) throw new EngineError('Conflict', `Cannot link to /${apart.target.name}, as it does not belong to the default network`);
  return found.map(rowOf);
}

/** The variables that the links add. Targets that do not run are left out. */
export function linkVariables(engine: ContainerEngine, container: Container): string[] {
  return resolved(engine, container).flatMap(({ alias, target }) => {
    const address = addressOf(target);
    if (address === '' || target.state.pid === 0) return [];
    return linkEnvironment({ alias, owner: container.name, address }, Object.keys(target.config.ExposedPorts ?? {}), target.config.Env ?? []);
  });
}

/** Gives the new address of a container that has just started to those that run and are linked to it. */
export function refreshLinksTo(engine: ContainerEngine, started: Entity): void {
  for (const entity of engine.table.values()) {
    if (!entity.isLive || !entity.container.hostConfig.Links?.length) continue;
    for (const link of resolved(engine, entity.container)) {
      if (link.target.id === started.id) replaceRow(engine, entity, rowOf(link));
    }
  }
}

/** Keeps the links to a container that gets another name. */
export function renameInLinks(engine: ContainerEngine, oldName: string, name: string): void {
  for (const entity of engine.table.values()) {
    const { hostConfig } = entity.container;
    const Links = hostConfig.Links?.map((text) => (text.startsWith(`${oldName}:`) ? `${name}:${parseLink(text).alias}` : text));
    if (Links?.some((text, index) => text !== hostConfig.Links?.[index])) engine.change(entity, { hostConfig: { ...hostConfig, Links } });
  }
}

/** None on another network than the default one, where Docker reads no links either. */
function linksOf({ hostConfig }: Container): Link[] {
  return ['default', 'bridge'].includes(hostConfig.NetworkMode ?? 'default') ? (hostConfig.Links ?? []).map(parseLink) : [];
}

function resolved(engine: ContainerEngine, container: Container): Resolved[] {
  return linksOf(container).flatMap(({ target, alias }) => {
    const owner = networkOwner(engine, target);
    return owner === undefined ? [] : [{ alias, target: owner.container }];
  });
}

/** On the default network, the only one where such links are. */
function addressOf({ networks }: Container): string {
  return networks.find(({ network }) => network === 'bridge')?.facts.ipAddress ?? '';
}

function rowOf({ alias, target }: Resolved): string {
  return `${addressOf(target)}\t${[...new Set([alias, target.config.Hostname ?? '', target.name])].join(' ')}\n`;
}

/** In place, since the file is bound into the container: a new one would not be seen. */
function replaceRow(engine: ContainerEngine, entity: Entity, row: string): void {
  const path = entity.container.hostsPath;
  const names = row.slice(row.indexOf('\t')).trimEnd();
  try {
    if (statSync(path).size > MAX_HOSTS) return;
    const text = readFileSync(path, 'utf8');
    const next = text.replaceAll(/^.*\n/gm, (line) => (line.trimEnd().endsWith(names) ? row : line));
    if (next !== text) writeFileSync(path, next);
  } catch (error) {
    engine.deps.logger.warn('a link could not be brought up to date', { id: entity.id, error: messageOf(error) });
  }
}
