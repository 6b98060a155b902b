import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { EngineError, messageOf } from '../base/errors.ts';
import { MS } from '../sys/constants.ts';
import { MOUNT_WORDS } from '../sys/tmpfs-options.ts';

/** What mount(2) takes, as the options of a volume say it. */
export interface FileSystem {
  readonly kind: 'file-system';
  readonly type: string;
  readonly device: string;
  readonly flags: number;
  /** With names of hosts in place of addresses, and passwords. */
  readonly data: string;
}

/** Flags of mount(2) that a tmpfs does not need. */
const MORE_WORDS: Readonly<Record<string, readonly [set: number, clear: number]>> = {
  sync: [MS.SYNCHRONOUS, 0],
  async: [0, MS.SYNCHRONOUS],
  dirsync: [MS.DIRSYNC, 0],
};
/** Kinds that find their server by an address and know no names. */
const OF_THE_NETWORK = ['nfs', 'nfs4', 'cifs', 'smb3'];
/** mount(2) takes one page of options. */
const PAGE = 4095;
/** The option at fault, where the kernel's answer tells. */
const AT_FAULT: Readonly<Record<string, string>> = { ENODEV: 'type', ENOENT: 'device', ENOTBLK: 'device', ENXIO: 'device', ENOTDIR: 'device', EINVAL: 'o' };

/** Words that mount(2) has flags for become flags, the others its data, in their order. Throws InvalidArgument naming the option. */
export function fileSystemOf(type: string, device: string, words: readonly string[]): FileSystem {
  if (!/^[a-z0-9][a-z0-9_.-]{0,31}$/i.test(type)) {
    throw new EngineError('InvalidArgument', `option "type": ${JSON.stringify(type.slice(0, 100))} is no name of a file system`);
  }
  if (device === '' || device.includes('\0')) throw new EngineError('InvalidArgument', 'option "device": what is to be mounted is missing');
  let flags = 0;
  const data: string[] = [];
  for (const word of words) {
    const change = Object.hasOwn(MOUNT_WORDS, word) ? MOUNT_WORDS[word] : Object.hasOwn(MORE_WORDS, word) ? MORE_WORDS[word] : undefined;
    if (change === undefined) data.push(word);
    else flags = (flags & ~change[1]) | change[0];
  }
  const text = data.join(',');
  if (text.includes('\0') || Buffer.byteLength(text) > PAGE) throw new EngineError('InvalidArgument', `option "o": more than ${PAGE} bytes, or a zero byte`);
  return { kind: 'file-system', type, device, flags, data: text };
}

/** Puts addresses in place of names: of `addr=` in the options, else of the server in a device `//SERVER/SHARE`, as Docker does. Throws InvalidArgument. */
export async function withAddresses(fileSystem: FileSystem): Promise<FileSystem> {
  const { type, device, data } = fileSystem;
  if (!OF_THE_NETWORK.includes(type)) return fileSystem;
  const address = /(?:^|,)addr=([^,]+)/.exec(data)?.[1];
  if (address !== undefined) {
    if (isIP(address) !== 0) return fileSystem;
    const found = await addressOf(address, 'o', `addr=${address}`);
    return { ...fileSystem, data: data.replace(/(^|,)addr=[^,]+/, `$1addr=${found}`) };
  }
  const server = /^\/\/([^/]+)\//.exec(device)?.[1];
  if (server === undefined || isIP(server) !== 0) return fileSystem;
  const found = await addressOf(server, 'device', server);
  return { ...fileSystem, device: `//${found}${device.slice(2 + server.length)}` };
}

async function addressOf(name: string, option: string, shown: string): Promise<string> {
  try {
    return (await lookup(name)).address;
  } catch (cause) {
    throw new EngineError('InvalidArgument', `option ${JSON.stringify(option)}: the address of ${shown} is not known: ${messageOf(cause)}`, { cause });
  }
}

/** What a mount that the kernel refused means, in Docker's form, without passwords. `code` is an errno's name, `reason` its words. */
export function mountFailure({ type, device, flags, data }: FileSystem, target: string, code: string, reason: string): EngineError {
  const shown = data.replaceAll(/(^|,)((?:password\d?|pass)=)[^,]*/g, '$1$2********');
  const option = AT_FAULT[code];
  const hint = code === 'ENODEV' ? `this kernel has no file system ${JSON.stringify(type)}` : reason;
  const what = `mount ${device}:${target}, flags: 0x${flags.toString(16)}${shown === '' ? '' : `, data: ${shown}`}: ${reason}`;
  const cause = option === undefined ? '' : ` (option ${JSON.stringify(option)}: ${hint})`;
  return new EngineError(
    option === undefined ? 'Unavailable' : 'InvalidArgument',
    `error while mounting volume '${target}': failed to mount local volume: ${what}${cause}`,
    {
      details: { code },
    },
  );
}
