export interface ElfParts {
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
  readonly machine?: number;
  readonly type?: number;
}

const BASE = 0x400000;

/** A little-endian 64-bit ELF file with one loaded part, an interpreter and a dynamic part; nothing in it can run. */
export function makeElf({ interpreter = '', needed = [], rpath, runpath, machine = 62, type = 3 }: ElfParts): Buffer {
  const strings: Buffer[] = [Buffer.from([0])];
  const place = (text: string) => {
    const at = strings.reduce((sum, { length }) => sum + length, 0);
    strings.push(Buffer.from(`${text}\0`));
    return at;
  };
  const dynamic: [number, number][] = needed.map((name) => [1, place(name)]);
  if (rpath !== undefined) dynamic.push([15, place(rpath)]);
  if (runpath !== undefined) dynamic.push([29, place(runpath)]);
  const table = Buffer.concat(strings);
  const headers = 64 + 3 * 56;
  const interpreterAt = headers;
  const tableAt = interpreterAt + interpreter.length + 1;
  const dynamicAt = Math.ceil((tableAt + table.length) / 8) * 8;
  dynamic.push([5, BASE + tableAt], [0, 0]);
  const file = Buffer.alloc(dynamicAt + dynamic.length * 16);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(type, 16);
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(3, 56);
  const segment = (index: number, kind: number, offset: number, size: number) => {
    const at = 64 + index * 56;
    file.writeUInt32LE(kind, at);
    file.writeBigUInt64LE(BigInt(offset), at + 8);
    file.writeBigUInt64LE(BigInt(BASE + offset), at + 16);
    file.writeBigUInt64LE(BigInt(size), at + 32);
  };
  segment(0, 1, 0, file.length);
  segment(1, interpreter === '' ? 4 : 3, interpreterAt, interpreter.length + 1);
  segment(2, 2, dynamicAt, dynamic.length * 16);
  file.write(interpreter, interpreterAt);
  file.set(table, tableAt);
  for (const [index, [tag, value]] of dynamic.entries()) {
    file.writeBigUInt64LE(BigInt(tag), dynamicAt + index * 16);
    file.writeBigUInt64LE(BigInt(value), dynamicAt + index * 16 + 8);
  }
  return file;
}
