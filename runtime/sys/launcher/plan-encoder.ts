import { EngineError } from '../../base/errors.ts';
import { ByteWriter } from './byte-writer.ts';
import type { CgroupJoin, ContainerPlan, ExecPlan, ExecShape, NetworkUpdate } from './launcher.ts';
import type { Op, OpName } from './ops.ts';

export const PROTOCOL_VERSION = 1;
/** The launcher refuses larger ones. */
const MAX_PLAN = 8 * 1024 * 1024;

/** Numbers of the operations; those from 240 on are steps of the monitor itself and appear in failures only. */
export const OP_CODES: Readonly<Record<OpName, number>> = {
  'oom-score-adj': 1,
  netlink: 2,
  'slave-root': 3,
  overlay: 4,
  'bind-root': 5,
  mount: 6,
  bind: 7,
  device: 8,
  symlink: 9,
  mkdir: 10,
  'pivot-root': 11,
  'readonly-path': 12,
  mask: 13,
  'readonly-root': 14,
  sysctl: 15,
  hostname: 16,
  domainname: 17,
  console: 18,
  umask: 19,
  rlimit: 20,
  seccomp: 21,
  bounding: 22,
  user: 23,
  capabilities: 24,
  'no-new-privs': 25,
  cwd: 26,
  exec: 27,
  init: 28,
  share: 29,
  content: 30,
};

const READONLY = { false: 0, all: 1, top: 2 } as const;

function writeFields(to: ByteWriter, op: Op): void {
  switch (op.op) {
    case 'oom-score-adj':
      to.i32(op.value).u32(Number(op.optional ?? false));
      return;
    case 'netlink':
      to.list(op.messages, (message) => to.bytes(message));
      return;
    case 'pivot-root':
    case 'readonly-root':
    case 'console':
    case 'no-new-privs':
    case 'init':
      return;
    case 'slave-root': {
      const shared = op.shared ?? [];
      to.strings(shared.map(({ source }) => source)).bytes(Uint8Array.from(shared, ({ recursive }) => Number(recursive)));
      return;
    }
    case 'overlay':
      to.strings(op.lower)
        .string(op.upper ?? '')
        .string(op.work ?? '')
        .string(op.target ?? '')
        .u32(Number(op.volatile ?? false));
      return;
    case 'bind-root':
      to.string(op.source);
      return;
    case 'mount':
      to.string(op.fstype).string(op.source).string(op.target).u64(BigInt(op.flags)).string(op.data);
      to.u32((op.realDirectory ? 1 : 0) | (op.inheritMode ? 2 : 0)).u32(op.create ?? 0);
      return;
    case 'bind':
      to.string(op.source)
        .string(op.beneath ?? '')
        .string(op.target);
      to.u32(Number(op.recursive)).u32(READONLY[`${op.readonly}`]).u64(BigInt(op.propagation));
      return;
    case 'content':
      to.string(op.target).bytes(op.content).u32(op.mode).u32(op.uid).u32(op.gid);
      return;
    case 'share':
      to.string(op.namespace).string(op.path);
      return;
    case 'device':
      to.string(op.path).u32(op.type.charCodeAt(0)).u32(op.major).u32(op.minor).u32(op.mode).u32(op.uid).u32(op.gid);
      return;
    case 'symlink':
      to.string(op.target).string(op.path);
      return;
    case 'mkdir':
      to.string(op.path).u32(op.mode).u32(op.uid).u32(op.gid);
      return;
    case 'readonly-path':
    case 'mask':
      to.string(op.path);
      return;
    case 'sysctl':
      to.string(op.key).string(op.value);
      return;
    case 'hostname':
    case 'domainname':
      to.string(op.name);
      return;
    case 'umask':
      to.u32(op.mask);
      return;
    case 'rlimit':
      to.u32(op.resource)
        .u64(op.soft)
        .u64(op.hard)
        .u32(Number(op.optional ?? false));
      return;
    case 'seccomp':
      to.bytes(op.filter).u32(op.flags);
      return;
    case 'bounding':
      to.u64(op.keep);
      return;
    case 'user':
      to.u32(op.uid).u32(op.gid);
      to.sized(() => op.groups.forEach((group) => void to.u32(group)));
      return;
    case 'capabilities':
      to.u64(op.permitted).u64(op.effective).u64(op.inheritable).u64(op.ambient);
      return;
    case 'cwd':
      to.string(op.path)
        .u32(Number(op.create !== undefined))
        .u32(op.create?.uid ?? 0)
        .u32(op.create?.gid ?? 0);
      return;
    case 'exec':
      to.strings(op.candidates).strings(op.argv).strings(op.env);
      return;
  }
}

function writeOps(to: ByteWriter, ops: readonly Op[]): void {
  to.list(ops, (op) => to.u16(OP_CODES[op.op]).sized(() => writeFields(to, op)));
}

function writeTerminal(to: ByteWriter, plan: ContainerPlan | ExecPlan | ExecShape): void {
  const once = 'stdinOnce' in plan && plan.stdinOnce ? 4 : 0;
  const cgroupNamespace = 'newCgroupNamespace' in plan && plan.newCgroupNamespace ? 8 : 0;
  const detached = 'detached' in plan && plan.detached !== undefined ? 16 : 0;
  const inside = 'inside' in plan && plan.inside ? 32 : 0;
  const waits = 'setup' in plan || 'ops' in plan ? 0 : 64;
  const tied = 'tied' in plan && plan.tied ? 128 : 0;
  to.u8((plan.tty ? 1 : 0) | (plan.openStdin ? 2 : 0) | once | cgroupNamespace | detached | inside | waits | tied)
    .u16(plan.size?.rows ?? 0)
    .u16(plan.size?.columns ?? 0);
}

function writeCgroup(to: ByteWriter, cgroup: CgroupJoin): void {
  to.strings(cgroup.v1Tasks)
    .string(cgroup.v2Directory ?? '')
    .u8(cgroup.oom?.version ?? 0)
    .string(cgroup.oom?.directory ?? '');
}

/** Runs an encoder and turns what does not fit the launcher's encoding into InvalidArgument. */
function encode(what: string, write: (to: ByteWriter) => void): Buffer {
  const to = new ByteWriter();
  try {
    write(to);
  } catch (cause) {
    throw new EngineError('InvalidArgument', `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const bytes = to.finish();
  if (bytes.length > MAX_PLAN) throw new EngineError('InvalidArgument', `${what}: ${bytes.length} bytes are more than the launcher takes (${MAX_PLAN})`);
  return bytes;
}

/** The payload of a start frame. Throws InvalidArgument for NUL bytes, numbers out of range and plans above 8 MiB. */
export function encodeContainerPlan(plan: ContainerPlan): Buffer {
  return encode('container plan', (to) => {
    to.u32(PROTOCOL_VERSION).string(plan.id).string(plan.runDirectory);
    writeTerminal(to, plan);
    to.string(plan.log?.path ?? '')
      .u64(BigInt(plan.log?.maxSize ?? 0))
      .u32(plan.log?.maxFiles ?? 0)
      .string(plan.log?.attributes ?? '')
      .string(plan.detached?.consoleSocket ?? '');
    to.u64(BigInt(plan.cloneFlags));
    writeCgroup(to, plan.cgroup);
    to.strings(plan.joinNamespaces);
    writeHostNetlink(to, plan.hostNetlink);
    writeOps(to, plan.setup);
  });
}

/** The payload of a network frame. */
export function encodeNetworkUpdate(sequence: number, { outside, inside, resolver }: NetworkUpdate): Buffer {
  return encode('network update', (to) => {
    to.u32(sequence);
    writeHostNetlink(to, outside);
    to.list(inside, (message) => to.bytes(message));
    to.u32(resolver?.port ?? 0).bytes(resolver?.rules ?? new Uint8Array());
  });
}

function writeHostNetlink(to: ByteWriter, messages: ContainerPlan['hostNetlink']): void {
  to.list(messages, ({ message, pidOffset }) => to.u32(pidOffset).bytes(message));
}

/** The payload of an exec frame; one without operations waits for a go frame. Throws as encodeContainerPlan does. */
export function encodeExecPlan(plan: ExecPlan | ExecShape): Buffer {
  return encode('exec plan', (to) => {
    to.u32(PROTOCOL_VERSION);
    writeTerminal(to, plan);
    writeCgroup(to, plan.cgroup);
    writeOps(to, 'ops' in plan ? plan.ops : []);
  });
}

/** The payload of a go frame. Throws as encodeContainerPlan does. */
export function encodeFinalOps(ops: readonly Op[]): Buffer {
  return encode('final operations', (to) => writeOps(to, ops));
}
