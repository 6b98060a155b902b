import type { RequestParams } from '../../../electron/ipc/contract.ts';
import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { t } from '../../strings/t.ts';
import { holds, parseAddress, parseBlock } from './cidr.ts';

export interface ConnectForm {
  readonly container: string;
  /** Separated by commas or blanks. */
  readonly aliases: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly mac: string;
}
export const EMPTY_CONNECT: ConnectForm = { container: '', aliases: '', ipv4: '', ipv6: '', mac: '' };

type Field = keyof ConnectForm;
export type ConnectErrors = Readonly<Partial<Record<Field, string>>>;
type Request = RequestParams<'network.connect'>;
type Checked = { readonly request: Request; readonly errors: null } | { readonly request: null; readonly errors: ConnectErrors };

const words = t.networks.errors;
const ALIAS = /^[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?$/i;

/** It has the network of another one or of the host, and none of its own. */
const isForeign = ({ networks }: ContainerRow): boolean => networks.some((name) => name === 'host' || name.startsWith('container:'));

/** Those that can be connected, for the chooser. */
export const connectable = (network: NetworkRow, containers: Iterable<ContainerRow>): readonly ContainerRow[] =>
  [...containers].filter((row) => !row.networks.includes(network.name) && !isForeign(row));

const findContainer = (text: string, containers: Iterable<ContainerRow>): ContainerRow | undefined => {
  const all = [...containers];
  return all.find(({ name }) => name === text) ?? all.find(({ id }) => text.length >= 12 && id.startsWith(text));
};

function containerError(row: ContainerRow | undefined, text: string, network: NetworkRow): string | undefined {
  if (text === '') return words.container;
  if (!row) return words.containerUnknown;
  if (row.networks.includes(network.name)) return words.containerThere;
  return isForeign(row) ? words.containerHost : undefined;
}

function addressError(text: string, family: 4 | 6, network: NetworkRow, nameOf: (id: string) => string): string | undefined {
  const address = parseAddress(text);
  if (address?.family !== family) return words.addressForm;
  const block = network.subnets.flatMap(({ subnet }) => parseBlock(subnet) ?? []).find((one) => holds(one, address));
  if (!block) return words.addressOutsideAll;
  const same = (other: string): boolean => parseAddress(other.replace(/\/.*$/, ''))?.value === address.value;
  if (network.subnets.some(({ gateway }) => same(gateway))) return words.addressGateway;
  const wide = block.last - block.first > 2n;
  if (wide && (address.value === block.first || (family === 4 && address.value === block.last))) return words.addressEdge;
  const holder = network.members.find(({ ipv4, ipv6 }) => same(family === 4 ? ipv4 : ipv6));
  return holder ? words.addressTaken(nameOf(holder.container)) : undefined;
}

/** The lowest bit of the first byte says that it is a group's, which no interface can have. */
function macError(mac: string, { members }: NetworkRow, nameOf: (id: string) => string): string | undefined {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(mac)) return words.macForm;
  if (Number.parseInt(mac.slice(0, 2), 16) % 2 === 1 || /^[0:]+$/.test(mac)) return words.macGroup;
  const holder = members.find((member) => member.mac === mac);
  return holder ? words.addressTaken(nameOf(holder.container)) : undefined;
}

/** Turns the fields into a request, or says what is wrong with them, by the rules of the engine. */
export function checkConnectForm(form: ConnectForm, network: NetworkRow, containers: ReadonlyMap<string, ContainerRow>): Checked {
  const errors: { -readonly [F in Field]?: string } = {};
  const row = findContainer(form.container.trim(), containers.values());
  const container = containerError(row, form.container.trim(), network);
  if (container !== undefined) errors.container = container;
  const aliases = [...new Set(form.aliases.split(/[\s,]+/).filter(Boolean))];
  const wrong = aliases.find((alias) => alias.length > 253 || !ALIAS.test(alias));
  if (wrong !== undefined) errors.aliases = words.alias(wrong.slice(0, 60));
  for (const [field, family] of [['ipv4', 4] as const, ['ipv6', 6] as const]) {
    const text = form[field].trim();
    const error = text === '' ? undefined : addressError(text, family, network, (id) => containers.get(id)?.name ?? id.slice(0, 12));
    if (error !== undefined) errors[field] = error;
  }
  const mac = form.mac.trim().toLowerCase().replaceAll('-', ':');
  const macProblem = mac === '' ? undefined : macError(mac, network, (id) => containers.get(id)?.name ?? id.slice(0, 12));
  if (macProblem !== undefined) errors.mac = macProblem;
  if (Object.keys(errors).length > 0 || !row) return { request: null, errors };
  return { errors: null, request: { id: network.id, container: row.id, aliases, ipv4: form.ipv4.trim(), ipv6: form.ipv6.trim(), mac } };
}
