import { EngineError } from '../../base/errors.ts';

export interface Link {
  /** Name or id of the other container. */
  readonly target: string;
  readonly alias: string;
}

const ALIAS = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** `target[:alias]`, or the form that inspect shows, `/target:/own/alias`. Throws InvalidArgument in Docker's words. */
export function parseLink(text: string): Link {
  if (text === '') throw new EngineError('InvalidArgument', 'empty string specified for links');
  const [first = '', second, ...rest] = text.split(':');
  const target = first.replace(/^\//, '');
  const alias = second === undefined ? target : first.startsWith('/') ? (second.split('/').at(-1) ?? '') : second;
  if (rest.length > 0 || target === '' || !ALIAS.test(alias)) throw new EngineError('InvalidArgument', `bad format for links: ${text.slice(0, 256)}`);
  return { target, alias };
}

interface Port {
  readonly number: number;
  readonly protocol: string;
}

/** The variables by which a program finds what it is linked to: Docker's, for each exposed port, the name, and the other's own. */
export function linkEnvironment(
  link: { readonly alias: string; readonly owner: string; readonly address: string },
  exposed: readonly string[],
  environment: readonly string[],
): string[] {
  const prefix = link.alias.toUpperCase().replaceAll('-', '_');
  const ports = exposed.flatMap(portOf).sort((a, b) => Number(b.protocol === 'tcp') - Number(a.protocol === 'tcp') || a.number - b.number);
  const url = ({ number, protocol }: Port): string => `${protocol}://${link.address}:${number}`;
  const name = ({ number, protocol }: Port): string => `${prefix}_PORT_${number}_${protocol.toUpperCase()}`;
  const first = ports.toSorted((a, b) => a.number - b.number)[0];
  return [
    ...(first === undefined ? [] : [`${prefix}_PORT=${url(first)}`]),
    ...rangesOf(ports).flatMap(([from, to]) => [
      `${name(from)}_START=${url(from)}`,
      `${name(from)}_ADDR=${link.address}`,
      `${name(from)}_PROTO=${from.protocol}`,
      `${name(from)}_PORT_START=${from.number}`,
      `${name(from)}_END=${url(to)}`,
      `${name(from)}_PORT_END=${to.number}`,
    ]),
    ...ports.flatMap((port) => [
      `${name(port)}=${url(port)}`,
      `${name(port)}_ADDR=${link.address}`,
      `${name(port)}_PORT=${port.number}`,
      `${name(port)}_PROTO=${port.protocol}`,
    ]),
    `${prefix}_NAME=/${link.owner}/${link.alias}`,
    ...environment.filter((entry) => /^(?!HOME=|PATH=)[^=]+=/.test(entry)).map((entry) => `${prefix}_ENV_${entry}`),
  ];
}

function portOf(key: string): Port[] {
  const [, number, protocol] = /^([0-9]+)(?:\/([a-z]+))?$/.exec(key) ?? [];
  return number === undefined ? [] : [{ number: Number(number), protocol: protocol ?? 'tcp' }];
}

/** Runs of neighbouring numbers of one protocol. */
function rangesOf(ports: readonly Port[]): (readonly [Port, Port])[] {
  const ranges: [Port, Port][] = [];
  for (const port of ports) {
    const last = ranges.at(-1);
    if (last?.[1].protocol === port.protocol && last[1].number + 1 === port.number) last[1] = port;
    else ranges.push([port, port]);
  }
  return ranges.filter(([from, to]) => from !== to);
}
