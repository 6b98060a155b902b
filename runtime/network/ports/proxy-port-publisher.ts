import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, messageOf } from '../../base/errors.ts';
import type { Logger } from '../../base/log.ts';
import { errnoNumber, errnoText } from '../../sys/errno.ts';
import type { PortProxies, PortProxy, PortRefusal } from '../../sys/launcher/port-proxy.ts';
import { collide, type PlannedPort, type PortRange, planAgain, planPorts } from './plan-ports.ts';
import { findPortHolder } from './port-holder.ts';
import type { PortPublisher, PortRequest, PortTarget, PublishedPort } from './port-publisher.ts';

export interface ProxyPortPublisherOptions {
  readonly proxies: PortProxies;
  /** For the proxies' sockets, short enough for their addresses; made when it is missing. */
  readonly directory: string;
  readonly logger: Logger;
}

/** The command of a proxy, as the kernel shows it. */
const PROXY = 'slipway-proxy';

interface Held {
  readonly proxy: PortProxy;
  readonly ports: readonly PublishedPort[];
  readonly target: PortTarget;
}

/** A proxy for each container with published ports. One that dies is started again. */
export class ProxyPortPublisher implements PortPublisher {
  readonly #options: ProxyPortPublisherOptions;
  readonly #held = new Map<string, Held>();
  /** Of containers whose proxies have not answered yet. */
  readonly #asked = new Map<string, readonly PlannedPort[]>();
  #next = 0;

  constructor(options: ProxyPortPublisherOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  }

  async publish(containerId: string, requests: readonly PortRequest[], target: PortTarget): Promise<readonly PublishedPort[]> {
    if (requests.length === 0) return [];
    const planned = planPorts(requests, target, this.#freeRange(), existsSync('/proc/net/if_inet6'));
    for (const { request, hostAddresses } of planned) this.#refuseOwn(request, hostAddresses);
    this.#asked.set(containerId, planned);
    const plan = { socket: this.#socket(containerId), ports: planned.map(({ held }) => held) };
    const answer = await this.#options.proxies.startProxy(plan).finally(() => this.#asked.delete(containerId));
    if ('errno' in answer) throw this.#refusal(planned, answer);
    const ports = planned.flatMap(({ request: { protocol, containerPort, hostPortFirst }, hostAddresses }, index) => {
      const hostPort = answer.ports[index] ?? 0;
      if (hostPortFirst === 0) this.#next = hostPort + 1;
      return hostAddresses.map((hostAddress) => ({ protocol, containerPort, hostAddress, hostPort }));
    });
    this.#keep(containerId, { proxy: answer, ports, target });
    return ports;
  }

  async release(containerId: string): Promise<void> {
    const held = this.#held.get(containerId);
    this.#held.delete(containerId);
    await held?.proxy.release();
  }

  async restore(containerId: string, ports: readonly PublishedPort[], target: PortTarget): Promise<boolean> {
    const proxy = await this.#options.proxies.adoptProxy(this.#socket(containerId));
    if (proxy !== null && ports.every(({ hostPort }) => proxy.ports.includes(hostPort))) {
      this.#keep(containerId, { proxy, ports, target });
      return true;
    }
    await proxy?.release();
    return this.#publishAgain(containerId, ports, target);
  }

  async settle(): Promise<void> {
    for (const id of readdirSync(this.#options.directory)) {
      if (this.#held.has(id)) continue;
      const proxy = await this.#options.proxies.adoptProxy(this.#socket(id));
      await proxy?.release();
    }
  }

  /** The proxies go on. */
  [Symbol.asyncDispose](): Promise<void> {
    for (const { proxy } of this.#held.values()) proxy.leave();
    this.#held.clear();
    return Promise.resolve();
  }

  #socket(containerId: string): string {
    return join(this.#options.directory, containerId);
  }

  #keep(containerId: string, held: Held): void {
    this.#held.set(containerId, held);
    void held.proxy.ended.then(() => this.#startAgain(containerId, held));
  }

  async #startAgain(containerId: string, { proxy, ports, target }: Held): Promise<void> {
    if (this.#held.get(containerId)?.proxy !== proxy) return;
    this.#held.delete(containerId);
    this.#options.logger.warn('the proxy of published ports has died', { container: containerId, pid: proxy.pid });
    await this.#publishAgain(containerId, ports, target);
  }

  async #publishAgain(containerId: string, ports: readonly PublishedPort[], target: PortTarget): Promise<boolean> {
    try {
      await this.publish(containerId, planAgain(ports), target);
      return true;
    } catch (error) {
      this.#options.logger.error('published ports are open to other programs', { container: containerId, reason: messageOf(error) });
      return false;
    }
  }

  #freeRange(): PortRange {
    const text = read('/proc/sys/net/ipv4/ip_local_port_range');
    const [first = 49_153, last = 65_535] = text === '' ? [] : text.trim().split(/\s+/).map(Number);
    return { first, last, from: this.#next < first || this.#next > last ? first : this.#next };
  }

  /** Other containers are known without asking the kernel, whose answer would name their proxies. */
  #refuseOwn({ protocol, hostPortFirst, hostPortLast }: PortRequest, hostAddresses: readonly string[]): void {
    if (hostPortFirst === 0 || hostPortFirst !== hostPortLast) return;
    for (const hostAddress of hostAddresses) {
      const wanted = { protocol, hostAddress, hostPort: hostPortFirst };
      for (const [id, { ports }] of this.#held) if (ports.some((port) => collide(port, wanted))) throw allocated(hostAddress, hostPortFirst, id);
    }
  }

  #refusal(planned: readonly PlannedPort[], { index, address, errno }: PortRefusal): EngineError {
    const one = planned[index];
    if (one === undefined) return new EngineError('Internal', `the proxy of published ports does not start: ${errno}`);
    const { protocol, hostPortFirst, hostPortLast } = one.request;
    const hostAddress = one.hostAddresses[address] ?? '';
    const shown = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress;
    const details = { protocol, hostAddress, hostPort: hostPortFirst, errno };
    if (errno === 'EADDRINUSE' && hostPortFirst !== hostPortLast) {
      return new EngineError('Conflict', `Bind for ${shown}:${hostPortFirst}-${hostPortLast} failed: all ports are allocated`, { details });
    }
    if (errno === 'EADDRINUSE' && hostPortFirst === 0) return new EngineError('Conflict', 'all ports are allocated', { details });
    if (protocol === 'sctp' && ['EPROTONOSUPPORT', 'ESOCKTNOSUPPORT'].includes(errno)) {
      const text = `port ${one.request.containerPort}/sctp cannot be published: this kernel has no SCTP (its module is called sctp)`;
      return new EngineError('Unsupported', `driver failed programming external connectivity: ${text}`, { details });
    }
    const holder = errno === 'EADDRINUSE' ? findPortHolder(protocol, hostPortFirst) : undefined;
    const container =
      [...this.#held].find(([, { proxy }]) => proxy.pid === holder?.pid)?.[0] ??
      (holder?.command === PROXY ? [...this.#asked].find(([, others]) => others.some((other) => isSamePort(other, one)))?.[0] : undefined);
    if (container !== undefined) return allocated(hostAddress, hostPortFirst, container);
    const text = `failed to bind host port ${shown}:${hostPortFirst}/${protocol}: ${errnoText(errnoNumber(errno))}`;
    const by = holder === undefined ? '' : ` by pid ${holder.pid} (${holder.command})`;
    return new EngineError(errno === 'EADDRINUSE' ? 'Conflict' : 'Unavailable', `driver failed programming external connectivity: ${text}${by}`, {
      details: { ...details, ...holder },
    });
  }
}

/** Docker's words, which clients look for, and who it is. */
function allocated(hostAddress: string, hostPort: number, containerId: string): EngineError {
  const shown = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress || '0.0.0.0';
  return new EngineError('Conflict', `Bind for ${shown}:${hostPort} failed: port is already allocated by container ${containerId.slice(0, 12)}`, {
    details: { hostAddress, hostPort, containerId },
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isSamePort({ request: left }: PlannedPort, { request: right }: PlannedPort): boolean {
  return left.protocol === right.protocol && left.hostPortFirst === right.hostPortFirst;
}
