import { z } from 'zod';
import { EngineError } from '../base/errors.ts';
import { containerConfigSchema, hostConfigSchema } from '../formats/docker/container-config.ts';
import { ANY_PLACE, NO_PLACE } from '../network/endpoint/endpoint-values.ts';
import type { ContainerEndpoint } from '../network/network-service.ts';
import { builtinId } from '../network/network-table.ts';
import type { ContainerTableRecords } from '../store/records/containers.ts';
import type { Container } from './container-service.ts';
import type { ContainerRecords, StoredContainer } from './dependencies.ts';

const nanoseconds = z
  .string()
  .regex(/^-?[0-9]+$/)
  .transform(BigInt);

const bindSchema = z.object({
  type: z.literal('bind'),
  source: z.string(),
  target: z.string(),
  readonly: z.union([z.literal(false), z.enum(['all', 'top'])]),
  recursive: z.boolean(),
  propagation: z.enum(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']),
  createSource: z.boolean(),
});

const definitionSchema = z.object({
  createdAt: nanoseconds,
  imageId: z.string(),
  imageName: z.string(),
  config: containerConfigSchema,
  hostConfig: hostConfigSchema,
  path: z.string(),
  args: z.array(z.string()),
  mounts: z.array(
    z.object({
      type: z.enum(['bind', 'tmpfs', 'volume']),
      source: z.string(),
      destination: z.string(),
      readonly: z.boolean(),
      propagation: z.string(),
      volume: z.object({ name: z.string(), subpath: z.string(), isAnonymous: z.boolean() }).exactOptional(),
      inherited: bindSchema.exactOptional(),
    }),
  ),
  logPath: z.string(),
  hostnamePath: z.string(),
  hostsPath: z.string(),
  resolvConfPath: z.string(),
});

const texts = z.array(z.string());

const endpointSchema = z.object({
  network: z.string(),
  networkId: z.string(),
  settings: z.object({
    ipv4Address: z.string(),
    ipv6Address: z.string(),
    linkLocal: texts,
    aliases: texts,
    links: texts,
    macAddress: z.string(),
    driverOpts: z.record(z.string(), z.string()),
    gatewayPriority: z.number().int(),
  }),
  facts: z.object({
    endpointId: z.string(),
    interfaceName: z.string(),
    slot: z.number().int(),
    ipAddress: z.string(),
    prefixLength: z.number().int(),
    gateway: z.string(),
    globalIPv6Address: z.string(),
    globalIPv6PrefixLength: z.number().int(),
    ipv6Gateway: z.string(),
    macAddress: z.string(),
  }),
});

const portSchema = z.object({
  protocol: z.enum(['tcp', 'udp', 'sctp']),
  containerPort: z.number().int(),
  hostAddress: z.string(),
  hostPort: z.number().int(),
});

const stateSchema = z.object({
  state: z.object({
    status: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
    pid: z.number().int(),
    exitCode: z.number().int(),
    oomKilled: z.boolean(),
    error: z.string(),
    startedAt: nanoseconds,
    finishedAt: nanoseconds,
  }),
  // Absent in records of before there were health checks.
  health: z
    .object({
      status: z.enum(['starting', 'healthy', 'unhealthy']),
      failingStreak: z.number().int(),
      log: z.array(z.object({ start: nanoseconds, end: nanoseconds, exitCode: z.number().int(), output: z.string() })),
    })
    .nullable()
    .default(null),
  restartCount: z.number().int(),
  // Absent in records of before a container could be on several networks.
  networks: z.array(endpointSchema).exactOptional(),
  network: z.object({ mode: z.string(), ipAddress: z.string(), prefixLength: z.number(), gateway: z.string(), macAddress: z.string() }).exactOptional(),
  ports: z.array(portSchema).default([]),
  isStopRequested: z.boolean(),
});

/** Containers as rows of the store. */
export class StoredContainers implements ContainerRecords {
  readonly #rows: ContainerTableRecords;

  constructor(rows: ContainerTableRecords) {
    this.#rows = rows;
  }

  insert(stored: StoredContainer): void {
    const { id, name } = stored.container;
    this.#rows.insert({ id, name, definition: definitionOf(stored.container), state: stateOf(stored) });
  }

  update(stored: StoredContainer): void {
    this.#rows.update(stored.container.id, stored.container.name, stateOf(stored));
  }

  redefine(stored: StoredContainer): void {
    this.#rows.redefine(stored.container.id, definitionOf(stored.container), stateOf(stored));
  }

  remove(id: string): void {
    this.#rows.remove(id);
  }

  /** Throws Internal naming the container whose row is damaged. */
  all(): StoredContainer[] {
    return this.#rows.all().map(({ id, name, definition, state }) => {
      try {
        const { isStopRequested, network, networks = networksOf(network), ...changing } = stateSchema.parse(JSON.parse(state));
        return {
          container: { id, name, ...definitionSchema.parse(JSON.parse(definition)), ...changing, networks, nextStartAt: 0n, execIds: [] },
          isStopRequested,
        };
      } catch (cause) {
        throw new EngineError('Internal', `the record of container ${id} is damaged`, { cause });
      }
    });
  }
}

/** The one network that containers of earlier versions were on. */
function networksOf(earlier: z.infer<typeof stateSchema>['network']): ContainerEndpoint[] {
  if (earlier === undefined || earlier.mode.startsWith('container:')) return [];
  const network = earlier.mode === 'default' || earlier.mode === '' ? 'bridge' : earlier.mode;
  const { mode: _, ...place } = earlier;
  const isPlaced = earlier.ipAddress !== '';
  const facts = { ...NO_PLACE, ...place, ...(isPlaced ? { interfaceName: 'eth0', endpointId: builtinId(`${network} ${earlier.macAddress}`) } : {}) };
  return [{ network, networkId: builtinId(network), settings: ANY_PLACE, facts }];
}

function definitionOf(container: Container): string {
  const { createdAt, imageId, imageName, config, hostConfig, path, args, mounts, logPath, hostnamePath, hostsPath, resolvConfPath } = container;
  return encode({ createdAt, imageId, imageName, config, hostConfig, path, args, mounts, logPath, hostnamePath, hostsPath, resolvConfPath });
}

function stateOf({ container, isStopRequested }: StoredContainer): string {
  const { state, health, restartCount, networks, ports } = container;
  return encode({ state, health, restartCount, networks, ports, isStopRequested });
}

function encode(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}
