import type { HostLink, NetworkRequest } from '../../../electron/ipc/contract/networks.ts';
import type { NetworkRow } from '../../../runtime/api/types/feed.ts';
import { t } from '../../strings/t.ts';
import type { Keyed } from '../../ui/field-rows.tsx';
import type { PairRow } from '../../ui/pair-rows.tsx';
import { type Block, formatBlock, holds, overlap, parseAddress, parseBlock } from './cidr.ts';

export interface SubnetRow extends Keyed {
  readonly subnet: string;
  readonly range: string;
  readonly gateway: string;
}

/** What stands in the fields, as text. */
export interface NetworkForm {
  readonly name: string;
  readonly driver: NetworkRequest['driver'];
  readonly parent: string;
  /** One of those of the driver; empty: a bridge has none. */
  readonly mode: NetworkRequest['mode'];
  readonly internal: boolean;
  readonly ipv6: boolean;
  readonly subnets: readonly SubnetRow[];
  /** Name and address of what is no container. */
  readonly reserved: readonly PairRow[];
  readonly mtu: string;
  readonly labels: readonly PairRow[];
}

export const EMPTY_FORM: NetworkForm = {
  name: '',
  driver: 'bridge',
  parent: '',
  mode: '',
  internal: false,
  ipv6: false,
  subnets: [],
  reserved: [],
  mtu: '',
  labels: [],
};

/** How a network stands on its link, the usual way first. */
export const MODES = {
  bridge: [],
  macvlan: ['bridge', 'private', 'vepa', 'passthru'],
  ipvlan: ['l2', 'l3', 'l3s'],
} as const satisfies Record<NetworkForm['driver'], readonly NetworkForm['mode'][]>;

/** What is there already. */
export interface Surroundings {
  readonly networks: readonly NetworkRow[];
  readonly links: readonly HostLink[];
}

/** By field; those of tables with the key of the row: `subnet.3`, `range.3`, `gateway.3`, `reserved.2`, `label.1`. */
export type FormErrors = Readonly<Record<string, string>>;
export type Checked = { readonly request: NetworkRequest; readonly errors: null } | { readonly request: null; readonly errors: FormErrors };

const words = t.networks.errors;
const RESERVED_NAMES = new Set(['default', 'bridge', 'host', 'none']);
const LINK_NAME = /^(?!\.\.?$)[^\s/:]{1,15}$/;
const NO_HOSTS: readonly Block[] = ['127.0.0.0/8', '224.0.0.0/3', '::1/128', 'ff00::/8'].flatMap((text) => parseBlock(text) ?? []);

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f/]/;

function nameError(name: string, taken: ReadonlySet<string>): string | undefined {
  if (name.trim() === '') return words.name;
  if (name.length > 128 || name !== name.trim() || CONTROL.test(name)) return words.nameForm;
  if (RESERVED_NAMES.has(name)) return words.nameReserved;
  return taken.has(name) ? words.nameTaken : undefined;
}

function parentError({ driver, parent }: NetworkForm, links: readonly HostLink[]): string | undefined {
  const name = parent.trim();
  if (driver === 'bridge' || name === '') return undefined;
  if (!LINK_NAME.test(name)) return words.parent;
  if (links.length === 0 || links.some((link) => link.name === name)) return undefined;
  // A VLAN is made when its link is there.
  const below = /^(.+)\.(\d{1,4})$/.exec(name);
  const vlan = Number(below?.[2]);
  return below && vlan >= 1 && vlan <= 4094 && links.some((link) => link.name === below[1]) ? undefined : words.parentUnknown(name);
}

/** What a subnet lacks by itself. */
function subnetError(text: string, ipv6: boolean): string | undefined {
  const block = parseBlock(text);
  if (!block) return words.subnetForm;
  if (!block.exact) return words.subnetBase(formatBlock(block));
  if (block.length === 0) return words.subnetWhole;
  if (NO_HOSTS.some((reserved) => overlap(reserved, block))) return words.subnetReserved;
  return block.family === 6 && !ipv6 ? words.subnetIPv6 : undefined;
}

function rangeError(text: string, subnet: Block): string | undefined {
  const range = parseBlock(text);
  if (!range || range.family !== subnet.family) return words.rangeForm;
  if (!range.exact) return words.subnetBase(formatBlock(range));
  return range.length < subnet.length || !overlap(range, subnet) ? words.rangeOutside : undefined;
}

function gatewayError(text: string, subnet: Block): string | undefined {
  const address = parseAddress(text);
  if (!address) return words.addressForm;
  return holds(subnet, address) ? undefined : words.addressOutside;
}

interface Taken {
  readonly block: Block;
  readonly error: string;
}

/** Blocks that a new subnet may not meet, and what is said when it does. */
function takenBlocks({ networks, links }: Surroundings, driver: NetworkRequest['driver']): readonly Taken[] {
  const ofNetworks = networks.flatMap(({ name, subnets }) =>
    subnets.flatMap(({ subnet }) => {
      const block = parseBlock(subnet);
      return block ? [{ block, error: words.overlaps(name) }] : [];
    }),
  );
  // Macvlan and ipvlan are meant to share the subnet of their parent; a bridge would take addresses from it.
  const ofLinks = (driver === 'bridge' ? links : []).flatMap(({ name, addresses }) =>
    addresses.flatMap((address) => {
      const block = parseBlock(address);
      return block ? [{ block, error: words.overlapsLink(name) }] : [];
    }),
  );
  return [...ofNetworks, ...ofLinks];
}

function checkSubnets(form: NetworkForm, around: Surroundings, errors: Record<string, string>): void {
  const taken = [...takenBlocks(around, form.driver)];
  for (const { key, subnet, range, gateway } of usedSubnets(form)) {
    const problem = subnet === '' ? words.subnetMissing : subnetError(subnet, form.ipv6);
    const block = parseBlock(subnet);
    const met = block && taken.find((one) => overlap(one.block, block));
    if (problem !== undefined) errors[`subnet.${key}`] = problem;
    else if (met) errors[`subnet.${key}`] = met.error;
    if (!block) continue;
    taken.push({ block, error: words.overlapsRow });
    const rangeProblem = range === '' ? undefined : rangeError(range, block);
    if (rangeProblem !== undefined) errors[`range.${key}`] = rangeProblem;
    const gatewayProblem = gateway === '' ? undefined : gatewayError(gateway, block);
    if (gatewayProblem !== undefined) errors[`gateway.${key}`] = gatewayProblem;
  }
}

const usedSubnets = (form: NetworkForm): readonly SubnetRow[] =>
  form.subnets
    .map(({ key, subnet, range, gateway }) => ({ key, subnet: subnet.trim(), range: range.trim(), gateway: gateway.trim() }))
    .filter(({ subnet, range, gateway }) => `${subnet}${range}${gateway}` !== '');

const used = (rows: readonly PairRow[]): readonly PairRow[] => rows.filter(({ name, value }) => name.trim() !== '' || value.trim() !== '');

/** The subnet of the form in which an address is. */
function subnetWith(form: NetworkForm, text: string): SubnetRow | undefined {
  const address = parseAddress(text.trim());
  return usedSubnets(form).find(({ subnet }) => {
    const block = parseBlock(subnet);
    return address !== null && block !== null && holds(block, address);
  });
}

function checkReserved(form: NetworkForm, errors: Record<string, string>): void {
  const seen = new Set<string>();
  for (const { key, name, value } of used(form.reserved)) {
    if (name.trim() === '') errors[`reserved.${key}`] = words.reservedName;
    else if (seen.has(name.trim())) errors[`reserved.${key}`] = words.reservedTwice;
    else if (!parseAddress(value.trim())) errors[`reserved.${key}`] = words.addressForm;
    else if (!subnetWith(form, value)) errors[`reserved.${key}`] = words.reservedOutside;
    seen.add(name.trim());
  }
}

const auxiliaryOf = (form: NetworkForm, { key }: SubnetRow): Record<string, string> =>
  Object.fromEntries(
    used(form.reserved)
      .filter(({ value }) => subnetWith(form, value)?.key === key)
      .map(({ name, value }) => [name.trim(), value.trim()]),
  );

/** Turns the fields into a request, or says what is wrong with which of them, by the rules of the engine. */
export function checkNetworkForm(form: NetworkForm, around: Surroundings): Checked {
  const errors: Record<string, string> = {};
  const name = nameError(form.name, new Set(around.networks.map((network) => network.name)));
  if (name !== undefined) errors.name = name;
  const parent = parentError(form, around.links);
  if (parent !== undefined) errors.parent = parent;
  checkSubnets(form, around, errors);
  checkReserved(form, errors);
  const mtu = form.mtu.trim() === '' ? 0 : Number(form.mtu.trim());
  if (form.mtu.trim() !== '' && !(Number.isInteger(mtu) && mtu >= 68 && mtu <= 65_535)) errors.mtu = words.mtu;
  const seen = new Set<string>();
  for (const label of used(form.labels)) {
    if (label.name === '') errors[`label.${label.key}`] = words.label;
    else if (seen.has(label.name)) errors[`label.${label.key}`] = words.labelTwice;
    seen.add(label.name);
  }
  if (Object.keys(errors).length > 0) return { request: null, errors };
  return {
    errors: null,
    request: {
      name: form.name,
      driver: form.driver,
      parent: form.driver === 'bridge' ? '' : form.parent.trim(),
      mode: form.driver === 'bridge' ? '' : form.mode,
      internal: form.internal,
      ipv6: form.ipv6,
      subnets: usedSubnets(form).map((row) => ({ subnet: row.subnet, range: row.range, gateway: row.gateway, auxiliary: auxiliaryOf(form, row) })),
      mtu,
      labels: Object.fromEntries(used(form.labels).map((label) => [label.name, label.value])),
    },
  };
}

/** Those that may be shown before the form was tried: a field that was not reached yet is not wrong. */
export function earlyErrors(form: NetworkForm, errors: FormErrors): FormErrors {
  return Object.fromEntries(
    Object.entries(errors).filter(([field, error]) =>
      field === 'name' ? form.name !== '' : error !== words.subnetMissing && error !== words.label && error !== words.reservedName,
    ),
  );
}
