import { attribute, NLM, text } from '../message.ts';
import { be32, dataValue, type NftMessage, nested } from './wire.ts';

/** Requests for tables, chains, sets and rules of the family inet; pure. */

const TYPE = { NEWTABLE: 0, DELTABLE: 2, NEWCHAIN: 3, NEWRULE: 6, NEWSET: 9, NEWSETELEM: 12, DELSETELEM: 14 } as const;
const APPEND = 0x800;
const LIST_ELEM = 1;
/** An attribute's length is 16 bits; this many elements of the longest kind fit one list. */
const ELEMENTS_A_MESSAGE = 400;

/** Makes the table unless it is there. */
export function addTable(name: string): NftMessage {
  return { type: TYPE.NEWTABLE, flags: NLM.CREATE, step: `adding table ${name}`, body: attribute(1, text(name)) };
}

/** With all that is in it. */
export function deleteTable(name: string): NftMessage {
  return { type: TYPE.DELTABLE, flags: 0, step: `deleting table ${name}`, body: attribute(1, text(name)) };
}

/** Where packets enter a chain: NF_INET_* hooks, smaller priorities first. The policy is accept. */
export interface Hook {
  readonly type: 'filter' | 'nat';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  readonly priority: number;
}

const HOOKS = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 } as const;

export function addChain(table: string, name: string, hook?: Hook): NftMessage {
  const base =
    hook === undefined
      ? []
      : [nested(4, attribute(1, be32(HOOKS[hook.hook])), attribute(2, be32(hook.priority))), attribute(5, be32(1)), attribute(7, text(hook.type))];
  return {
    type: TYPE.NEWCHAIN,
    flags: NLM.CREATE,
    step: `adding chain ${name}`,
    body: Buffer.concat([attribute(1, text(table)), attribute(3, text(name)), ...base]),
  };
}

/** Expressions as `expressions.ts` builds them, in the order in which they are tried. */
export function addRule(table: string, chain: string, ...expressions: readonly Uint8Array[]): NftMessage {
  const list = nested(4, ...expressions.map((expression) => nested(LIST_ELEM, expression)));
  return {
    type: TYPE.NEWRULE,
    flags: NLM.CREATE | APPEND,
    step: `adding a rule to ${chain}`,
    body: Buffer.concat([attribute(1, text(table)), attribute(2, text(chain)), list]),
  };
}

/** The numbers are those by which nft lists values; the kernel only keeps them. */
const FIELDS = {
  ipv4: { type: 7, bytes: 4 },
  ipv6: { type: 8, bytes: 16 },
  protocol: { type: 12, bytes: 4 },
  port: { type: 13, bytes: 4 },
  interface: { type: 41, bytes: 16 },
} as const;
export type Field = keyof typeof FIELDS;

export interface SetShape {
  readonly name: string;
  /** Number of the set within its transaction, not 0. */
  readonly id: number;
  readonly key: readonly Field[];
  /** Present: a map to these. */
  readonly data?: readonly Field[];
}

const NFT_SET_MAP = 8;
/** For nft's lists alone: NFTNL_UDATA_SET_KEYBYTEORDER of four bytes, BYTEORDER_HOST_ENDIAN. */
const TEXT_IN_HOST_ORDER = Uint8Array.of(0, 4, 1, 0, 0, 0);
const concatenated = (fields: readonly Field[]): number => fields.reduce((type, field) => (type << 6) | FIELDS[field].type, 0);
const bytesOf = (fields: readonly Field[]): number => fields.reduce((sum, field) => sum + FIELDS[field].bytes, 0);

export function addSet(table: string, { name, id, key, data }: SetShape): NftMessage {
  const target = data === undefined ? [] : [attribute(6, be32(concatenated(data))), attribute(7, be32(bytesOf(data)))];
  return {
    type: TYPE.NEWSET,
    flags: NLM.CREATE,
    step: `adding set ${name}`,
    body: Buffer.concat([
      attribute(1, text(table)),
      attribute(2, text(name)),
      attribute(3, be32(data === undefined ? 0 : NFT_SET_MAP)),
      attribute(4, be32(concatenated(key))),
      attribute(5, be32(bytesOf(key))),
      ...target,
      attribute(10, be32(id)),
      ...(key.length === 1 && key[0] === 'interface' ? [attribute(13, TEXT_IN_HOST_ORDER)] : []),
    ]),
  };
}

/** The bytes of an element, each field padded as its set's shape says. */
export interface SetElement {
  readonly set: string;
  readonly key: Uint8Array;
  readonly data?: Uint8Array;
}

function elementMessages(type: number, verb: string, table: string, elements: readonly SetElement[]): NftMessage[] {
  const bySet = Map.groupBy(elements, ({ set }) => set);
  return [...bySet].flatMap(([set, members]) => {
    const lists = Array.from({ length: Math.ceil(members.length / ELEMENTS_A_MESSAGE) }, (_, index) =>
      members.slice(index * ELEMENTS_A_MESSAGE, (index + 1) * ELEMENTS_A_MESSAGE),
    );
    return lists.map((list) => ({
      type,
      flags: type === TYPE.NEWSETELEM ? NLM.CREATE : 0,
      step: `${verb} ${set}`,
      body: Buffer.concat([attribute(1, text(table)), attribute(2, text(set)), nested(3, ...list.map(elementOf))]),
    }));
  });
}

function elementOf({ key, data }: SetElement): Uint8Array {
  return nested(LIST_ELEM, nested(1, dataValue(key)), ...(data === undefined ? [] : [nested(2, dataValue(data))]));
}

/** The same element again is no error; another value for a key of a map is EBUSY. */
export function addElements(table: string, elements: readonly SetElement[]): NftMessage[] {
  return elementMessages(TYPE.NEWSETELEM, 'adding to', table, elements);
}

/** ENOENT when one is not there. */
export function deleteElements(table: string, elements: readonly SetElement[]): NftMessage[] {
  return elementMessages(TYPE.DELSETELEM, 'deleting from', table, elements);
}
