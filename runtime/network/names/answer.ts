import { type Answer, decode, encode, type Packet, type Question, RECURSION_AVAILABLE, RECURSION_DESIRED, TRUNCATED_RESPONSE } from 'dns-packet';
import { arpaAddress } from './arpa-address.ts';
import type { NameTable } from './name-table.ts';

/** Short: a container that comes back may have another address. */
const TTL_SECONDS = 5;
const AUTHORITATIVE = 0x0400;
/** RFC 1035 section 2.3.4, and what a client that says so takes (RFC 6891 section 6.2.3). */
const PLAIN_UDP_BYTES = 512;
const MAX_UDP_BYTES = 4096;
/** Header, without which nothing can be answered. */
const HEADER_BYTES = 12;

const RCODE = { formatError: 1, serverFailure: 2, notImplemented: 4 } as const;

/** What becomes of a question: an answer, or to be passed on; undefined: no question at all. */
export type Verdict = { readonly reply: Buffer } | { readonly forward: Question } | undefined;

/** Answers what the tables know. `shuffle` gives the addresses of a name with several another order each time. */
export function answer(query: Buffer, containerId: string, names: NameTable, shuffle: <T>(items: readonly T[]) => T[], isTcp: boolean): Verdict {
  if (query.length < HEADER_BYTES || (query[2] as number) & 0x80) return undefined;
  if (((query[2] as number) >> 3) & 0xf) return { reply: failure(query, RCODE.notImplemented) };
  let packet: Packet;
  try {
    packet = decode(query);
  } catch {
    return { reply: failure(query, RCODE.formatError) };
  }
  const [question, ...more] = packet.questions ?? [];
  if (question === undefined || more.length > 0) return { reply: failure(query, RCODE.formatError) };
  const answers = question.class === undefined || question.class === 'IN' ? localAnswers(question, containerId, names, shuffle) : undefined;
  if (answers === undefined) return { forward: question };
  return { reply: replyOf(packet, question, answers, isTcp ? 65_535 : udpLimit(packet)) };
}

/** The same question with nothing but a code, for what cannot be read or passed on. */
export function failure(query: Buffer, rcode: number = RCODE.serverFailure): Buffer {
  const reply = Buffer.from(query.subarray(0, questionEnd(query)));
  const hasQuestion = reply.length > HEADER_BYTES;
  reply[2] = 0x80 | ((query[2] as number) & 0x79);
  reply[3] = 0x80 | rcode;
  reply.fill(0, 4, HEADER_BYTES);
  if (hasQuestion) reply[5] = 1;
  return reply;
}

/** Behind the first question, or behind the header when that cannot be read. */
function questionEnd(query: Buffer): number {
  let at = HEADER_BYTES;
  while (at < query.length) {
    const length = query[at] as number;
    if (length === 0) return at + 5 <= query.length ? at + 5 : HEADER_BYTES;
    if (length > 63) return HEADER_BYTES;
    at += length + 1;
  }
  return HEADER_BYTES;
}

function localAnswers(question: Question, containerId: string, names: NameTable, shuffle: <T>(items: readonly T[]) => T[]): Answer[] | undefined {
  const { name } = question;
  if (question.type === 'PTR') {
    const address = arpaAddress(name);
    const target = address === undefined ? undefined : names.nameOf(containerId, address);
    return target === undefined ? undefined : [{ type: 'PTR', name, ttl: TTL_SECONDS, data: target }];
  }
  const known = names.lookUp(containerId, name.endsWith('.') ? name.slice(0, -1) : name);
  if (known === undefined) return undefined;
  const rows = (type: 'A' | 'AAAA', addresses: readonly string[]): Answer[] => shuffle(addresses).map((data) => ({ type, name, ttl: TTL_SECONDS, data }));
  // A name that is here has no other records; to ask outside for them would tell the outside about it.
  if (question.type === 'A') return rows('A', known.ipv4);
  return question.type === 'AAAA' ? rows('AAAA', known.ipv6) : [];
}

function replyOf(query: Packet, question: Question, answers: Answer[], limit: number): Buffer {
  const flags = AUTHORITATIVE | RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED);
  const reply = encode({ type: 'response', id: query.id, flags, questions: [question], answers });
  if (reply.length <= limit) return reply;
  // As many as fit: clients that never ask by TCP (musl before 1.2.4) make do with them. All are of one size.
  const shortened = (some: readonly Answer[]): Buffer =>
    encode({ type: 'response', id: query.id, flags: flags | TRUNCATED_RESPONSE, questions: [question], answers: [...some] });
  const empty = shortened([]).length;
  return shortened(answers.slice(0, Math.floor((limit - empty) / ((reply.length - empty) / answers.length))));
}

function udpLimit({ additionals }: Packet): number {
  const options = additionals?.find(({ type }) => type === 'OPT');
  const wanted = options?.type === 'OPT' ? options.udpPayloadSize : 0;
  return Math.min(Math.max(wanted, PLAIN_UDP_BYTES), MAX_UDP_BYTES);
}
