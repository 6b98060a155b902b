import { EngineError } from '../../base/errors.ts';
import { errnoName } from '../errno.ts';
import { ByteWriter } from './byte-writer.ts';
import { FrameChannel } from './frame-channel.ts';
import { type Frame, FrameType } from './frames.ts';
import { PROTOCOL_VERSION } from './plan-encoder.ts';
import { connectUnix, MAX_ADDRESS } from './unix-socket.ts';
import type { Zygote } from './zygote.ts';

const PROTOCOLS = { tcp: 6, udp: 17, sctp: 132 } as const;

/** A port to hold on every one of `addresses`: the first that is free of `first` to `last`, tried from `from` on. */
export interface HeldPort {
  readonly protocol: keyof typeof PROTOCOLS;
  /** Of four or sixteen bytes. */
  readonly addresses: readonly Uint8Array[];
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly target: { readonly address: Uint8Array; readonly port: number };
}

export interface ProxyPlan {
  /** Where engines find the proxy later, at most 107 bytes; what is there is replaced. */
  readonly socket: string;
  readonly ports: readonly HeldPort[];
}

/** A process that holds ports and serves those who come by the host's own addresses. Leaving it keeps it running. */
export interface PortProxy {
  readonly pid: number;
  /** What was taken, one for each port of the plan. */
  readonly ports: readonly number[];
  /** Resolves when the process has ended, or was left. */
  readonly ended: Promise<void>;
  /** Ends the process, and with it what goes through it. Resolves when the ports are free. */
  release(): Promise<void>;
  leave(): void;
}

/** Why a proxy did not start: which port of the plan, on which of its addresses. */
export interface PortRefusal {
  readonly index: number;
  readonly address: number;
  /** e.g. `EADDRINUSE`. */
  readonly errno: string;
}

export interface PortProxies {
  /** All ports or none, in which case the answer says which failed. Throws Unavailable when there is no zygote, InvalidArgument for too long a path. */
  startProxy(plan: ProxyPlan): Promise<PortProxy | PortRefusal>;
  /** The proxy that listens on `socket`; null when there is none. */
  adoptProxy(socket: string): Promise<PortProxy | null>;
}

export async function startProxy(zygote: Zygote, plan: ProxyPlan): Promise<PortProxy | PortRefusal> {
  const length = Buffer.byteLength(plan.socket);
  if (length > MAX_ADDRESS) {
    const why = `its socket ${plan.socket} has ${length} bytes of at most ${MAX_ADDRESS}`;
    throw new EngineError('InvalidArgument', `no port can be published below so long a run directory: ${why}`);
  }
  const channel = new FrameChannel(await zygote.connect('proxy'));
  const answer = channel.next(FrameType.published, FrameType.refused);
  channel.post(FrameType.publish, encodeProxyPlan(plan));
  const frame = await answer;
  if (frame.type === FrameType.published) return proxyOf(channel, frame);
  await channel.closed;
  const [index = 0, address = 0, errno = 0] = [0, 4, 8].map((at) => frame.payload.readUInt32LE(at));
  if (index >= plan.ports.length) throw new EngineError('Internal', `the proxy of published ports does not start: ${errnoName(errno)}`);
  return { index, address, errno: errnoName(errno) };
}

export async function adoptProxy(socket: string): Promise<PortProxy | null> {
  let channel: FrameChannel;
  try {
    channel = new FrameChannel(await connectUnix(socket));
  } catch {
    return null;
  }
  try {
    const answer = channel.next(FrameType.published);
    channel.post(FrameType.hello);
    return proxyOf(channel, await answer);
  } catch {
    return null;
  }
}

/** The payload of a publish frame. */
function encodeProxyPlan({ socket, ports }: ProxyPlan): Buffer {
  const to = new ByteWriter();
  to.u32(PROTOCOL_VERSION).string(socket);
  to.list(ports, ({ protocol, addresses, first, last, from, target }) => {
    to.u8(PROTOCOLS[protocol]).u16(first).u16(last).u16(from).u16(target.port).bytes(target.address);
    to.list(addresses, (address) => to.bytes(address));
  });
  return to.finish();
}

function proxyOf(channel: FrameChannel, { payload }: Frame): PortProxy {
  const ports = Array.from({ length: (payload.length - 8) / 2 }, (_, index) => payload.readUInt16LE(8 + index * 2));
  return {
    pid: payload.readUInt32LE(4),
    ports,
    ended: channel.closed,
    async release() {
      channel.post(FrameType.release);
      await channel.closed;
    },
    leave: () => channel.close(),
  };
}
