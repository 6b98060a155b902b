import { randomInt } from 'node:crypto';
import { isKind, messageOf } from '../../base/errors.ts';
import { hasNames } from '../../network/names/has-names.ts';
import { resolverRules } from '../../network/names/resolver-rules.ts';
import { hasCode } from '../../sys/errno.ts';
import type { MonitorHandle, NetworkUpdate, ResolverDescriptors } from '../../sys/launcher/launcher.ts';
import type { Container } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';

/** Above what the kernel gives to programs that do not choose. */
const FIRST_PORT = 61_000;
const LAST_PORT = 65_000;
const TRIES = 5;
const DNS_PORT = 53;
const NO_RULES = new Uint8Array();

/** Lets a container on networks with names ask for them; does nothing for others. Idempotent. One without a resolver still runs, and the log says so. */
export async function openResolver(
  engine: ContainerEngine,
  { id, hostConfig }: Pick<Container, 'id' | 'hostConfig'>,
  networks: Container['networks'],
  inside: Pick<MonitorHandle, 'changeNetwork'>,
): Promise<void> {
  const { network, logger } = engine.deps;
  if (!hasNames(networks)) return;
  try {
    const sockets = await openSockets(inside);
    if (sockets !== null) network.serve(id, sockets, { servers: hostConfig.Dns ?? [] });
  } catch (error) {
    logger.warn('a container cannot ask for names', { id, reason: messageOf(error) });
  }
}

/** Another port while one is taken; where the kernel cannot redirect, the port that is asked itself. */
async function openSockets(monitor: Pick<MonitorHandle, 'changeNetwork'>): Promise<ResolverDescriptors | null> {
  const open = (resolver: NetworkUpdate['resolver']): Promise<ResolverDescriptors | null> =>
    monitor.changeNetwork({ outside: [], inside: [], ...(resolver === undefined ? {} : { resolver }) });
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    try {
      return await open({ port, rules: resolverRules(port) });
    } catch (error) {
      if (isKind(error, 'NotFound')) throw error;
      if (!hasCode(error, 'EADDRINUSE')) break;
    }
  }
  return await open({ port: DNS_PORT, rules: NO_RULES });
}
