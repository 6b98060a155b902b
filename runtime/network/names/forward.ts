import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { TcpMessages, withLength } from './tcp-messages.ts';

export interface ForwardOptions {
  readonly servers: readonly string[];
  readonly isTcp: boolean;
  /** Of each server. */
  readonly timeoutMs: number;
  /** 53, but in tests. */
  readonly port: number;
}

const SERVFAIL = 2;
const REFUSED = 5;

/**
 * Asks one server after the other and answers with the first reply that is no refusal, under the query's own id; undefined when there
 * is none. Each question goes from a port and under an id that nobody can guess (RFC 5452).
 */
export async function forward(query: Buffer, options: ForwardOptions): Promise<Buffer | undefined> {
  let refused: Buffer | undefined;
  for (const server of options.servers) {
    const sent = Buffer.from(query);
    sent.writeUInt16BE(randomInt(0x10000), 0);
    const reply = await (options.isTcp ? askTcp : askUdp)(sent, server, options).catch(() => undefined);
    if (reply === undefined) continue;
    reply[0] = query[0] as number;
    reply[1] = query[1] as number;
    const code = (reply[3] as number) & 0xf;
    if (code !== SERVFAIL && code !== REFUSED) return reply;
    refused ??= reply;
  }
  return refused;
}

/** A reply to exactly this message. */
function isReply(message: Buffer, sent: Buffer): boolean {
  return message.length >= 12 && message[0] === sent[0] && message[1] === sent[1] && ((message[2] as number) & 0x80) !== 0;
}

function askUdp(sent: Buffer, server: string, { port, timeoutMs }: ForwardOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
    const timer = setTimeout(() => settle(() => reject(new Error('no answer in time'))), timeoutMs);
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      socket.close();
      then();
    };
    socket.once('error', (error) => settle(() => reject(error)));
    socket.on('message', (message) => {
      if (isReply(message, sent)) settle(() => resolve(message));
    });
    // Connected: the kernel drops what others send, and tells of a port where nobody listens.
    socket.connect(port, server, () => socket.send(sent));
  });
}

function askTcp(sent: Buffer, server: string, { port, timeoutMs }: ForwardOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server, port });
    const messages = new TcpMessages();
    const timer = setTimeout(() => settle(() => reject(new Error('no answer in time'))), timeoutMs);
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      then();
    };
    socket.once('error', (error) => settle(() => reject(error)));
    socket.once('close', () => settle(() => reject(new Error('closed'))));
    socket.on('data', (chunk) => {
      for (const message of messages.push(chunk)) if (isReply(message, sent)) return settle(() => resolve(message));
    });
    socket.write(withLength(sent));
  });
}
