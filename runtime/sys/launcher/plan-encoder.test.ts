import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerPlan } from './launcher.ts';
import type { Op } from './ops.ts';
import { encodeContainerPlan, encodeExecPlan, encodeFinalOps, OP_CODES } from './plan-encoder.ts';

/** Reads the launcher's encoding, as wire.c does. */
class Decoder {
  #at = 0;
  readonly #bytes: Buffer;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  take(size: number): Buffer {
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new RangeError('past the end');
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
  u8 = (): number => this.take(1).readUInt8();
  u16 = (): number => this.take(2).readUInt16LE();
  u32 = (): number => this.take(4).readUInt32LE();
  u64 = (): bigint => this.take(8).readBigUInt64LE();
  bytes = (): Buffer => this.take(this.u32());
  string = (): string => {
    const text = this.take(this.u32()).toString();
    if (this.u8() !== 0) throw new RangeError('no NUL');
    return text;
  };
  list = <T>(read: () => T): T[] => Array.from({ length: this.u32() }, read);
  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}

function operations(from: Decoder): { code: number; body: Decoder }[] {
  return from.list(() => ({ code: from.u16(), body: new Decoder(from.bytes()) }));
}

const PLAN: ContainerPlan = {
  id: 'ab'.repeat(32),
  runDirectory: '/run/x',
  tty: true,
  openStdin: false,
  stdinOnce: true,
  size: { rows: 24, columns: 80 },
  cloneFlags: 0x20020000,
  newCgroupNamespace: true,
  cgroup: { v1Tasks: ['/a/tasks', '/b/tasks'], v2Directory: '/c', oom: { version: 1, directory: '/m' } },
  joinNamespaces: ['/proc/1/ns/net'],
  hostNetlink: [{ message: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), pidOffset: 4 }],
  log: { path: '/log', maxSize: 1000, maxFiles: 3, attributes: '"attrs":{}' },
  detached: { consoleSocket: '/console.sock' },
  setup: [{ op: 'mask', path: '/proc/kcore' }],
};

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replaceAll('\0', '.').toWellFormed());

describe('plan encoder', () => {
  it('writes a plan in the order the launcher reads it', () => {
    const from = new Decoder(encodeContainerPlan(PLAN));
    expect([from.u32(), from.string(), from.string()]).toEqual([1, PLAN.id, '/run/x']);
    expect([from.u8(), from.u16(), from.u16()]).toEqual([1 | 4 | 8 | 16, 24, 80]);
    expect([from.string(), from.u64(), from.u32(), from.string(), from.string(), from.u64()]).toEqual([
      '/log',
      1000n,
      3,
      '"attrs":{}',
      '/console.sock',
      0x20020000n,
    ]);
    expect([from.list(from.string), from.string(), from.u8(), from.string()]).toEqual([['/a/tasks', '/b/tasks'], '/c', 1, '/m']);
    expect(from.list(from.string)).toEqual(['/proc/1/ns/net']);
    expect(from.list(() => [from.u32(), [...from.bytes()]])).toEqual([[4, [1, 2, 3, 4, 5, 6, 7, 8]]]);
    const [mask] = operations(from);
    expect([mask?.code, mask?.body.string(), mask?.body.atEnd, from.atEnd]).toEqual([OP_CODES.mask, '/proc/kcore', true, true]);
  });

  it('says nothing where a plan leaves something out', () => {
    const from = new Decoder(encodeExecPlan({ tty: false, openStdin: true, cgroup: { v1Tasks: [] }, ops: [] }));
    expect([from.u32(), from.u8(), from.u16(), from.u16()]).toEqual([1, 2, 0, 0]);
    expect([from.list(from.string), from.string(), from.u8(), from.string(), from.u32(), from.atEnd]).toEqual([[], '', 0, '', 0, true]);
  });

  it('keeps every argument and variable of a program', () => {
    fc.assert(
      fc.property(fc.array(text), fc.array(text), fc.array(text), (candidates, argv, env) => {
        const [op] = operations(new Decoder(encodeFinalOps([{ op: 'exec', candidates, argv, env }])));
        expect([op?.body.list(op.body.string), op?.body.list(op.body.string), op?.body.list(op.body.string), op?.body.atEnd]).toEqual([
          candidates,
          argv,
          env,
          true,
        ]);
      }),
    );
  });

  it('keeps users, limits and capabilities exactly', () => {
    const id = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const mask = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(id, id, fc.array(id), mask, mask, (uid, gid, groups, one, two) => {
        const ops: Op[] = [
          { op: 'user', uid, gid, groups },
          { op: 'rlimit', resource: 7, soft: one, hard: two, optional: true },
          { op: 'capabilities', permitted: one, effective: two, inheritable: 0n, ambient: one },
        ];
        const [user, limit, capabilities] = operations(new Decoder(encodeFinalOps(ops))).map(({ body }) => body);
        expect([user?.u32(), user?.u32(), user?.u32(), groups.map(() => user?.u32()), user?.atEnd]).toEqual([uid, gid, groups.length * 4, groups, true]);
        expect([limit?.u32(), limit?.u64(), limit?.u64(), limit?.u32(), limit?.atEnd]).toEqual([7, one, two, 1, true]);
        expect([capabilities?.u64(), capabilities?.u64(), capabilities?.u64(), capabilities?.u64(), capabilities?.atEnd]).toEqual([one, two, 0n, one, true]);
      }),
    );
  });

  it('refuses a NUL, a number out of range and a plan too large, naming what it encodes', () => {
    const invalid = (message: RegExp): object =>
      expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringMatching(message) as string }) as object;
    expect(() => encodeFinalOps([{ op: 'hostname', name: 'a\0b' }])).toThrow(invalid(/final operations: NUL/));
    expect(() => encodeFinalOps([{ op: 'user', uid: -1, gid: 0, groups: [] }])).toThrow(invalid(/final operations/));
    expect(() => encodeContainerPlan({ ...PLAN, size: { rows: 70_000, columns: 1 } })).toThrow(invalid(/container plan/));
    expect(() => encodeFinalOps([{ op: 'seccomp', filter: new Uint8Array(8 * 1024 * 1024), flags: 0 }])).toThrow(invalid(/more than the launcher takes/));
  });
});
