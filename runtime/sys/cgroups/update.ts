import { EngineError } from '../../base/errors.ts';
import { hasCode } from '../errno.ts';
import type { Controller } from './layout.ts';
import type { LimitWrite } from './limits.ts';

/** The files of a living group. */
export interface GroupFiles {
  /** What a file holds, without its newline. Throws what the file system says. */
  read(controller: Controller, file: string): string;
  /** Throws EngineError whose cause is the kernel's refusal. */
  write(write: LimitWrite): void;
}

const V1_MEMORY = 'memory.limit_in_bytes';
const V1_SUM = 'memory.memsw.limit_in_bytes';
const V2_MEMORY = 'memory.max';

/** Writes all of `writes` or leaves every file as it was. Answers what takes them back. Throws Conflict for memory below what is in use, InvalidArgument for what the kernel refuses else. */
export function applyUpdate(writes: readonly LimitWrite[], files: GroupFiles): () => void {
  const undo: LimitWrite[] = [];
  const revert = (): void => {
    for (const write of undo.reverse()) files.write(write);
  };
  try {
    for (const write of inOrder(writes, files)) {
      checkUsage(write, files);
      const before = files.read(write.controller, write.file);
      files.write(write);
      // An empty write is none: a newline empties a list.
      undo.push({ ...write, value: before === '' ? '\n' : before });
    }
  } catch (error) {
    revert();
    throw error;
  }
  return revert;
}

/** v1 keeps memory <= memory and swap at every moment: where memory rises above the present sum, the sum goes first. */
function inOrder(writes: readonly LimitWrite[], files: GroupFiles): readonly LimitWrite[] {
  const memory = writes.find(({ file }) => file === V1_MEMORY);
  const sum = writes.find(({ file }) => file === V1_SUM);
  if (memory === undefined || sum === undefined || BigInt(memory.value) <= BigInt(files.read('memory', V1_SUM))) return writes;
  return [sum, memory, ...writes.filter((write) => write !== memory && write !== sum)];
}

/** v2 would kill down to the new limit, where v1 refuses. */
function checkUsage({ file, value }: LimitWrite, files: GroupFiles): void {
  if (file !== V2_MEMORY || value === 'max') return;
  const used = files.read('memory', 'memory.current');
  if (BigInt(value) < BigInt(used)) throw belowUsage(value, used);
}

/** Why the kernel did not take a limit. */
export function refusedLimit(error: unknown, { file, value }: LimitWrite, read: (file: string) => string, text: string): EngineError {
  if (hasCode(error, 'EBUSY') && file === V1_MEMORY) return belowUsage(value, read('memory.usage_in_bytes'), error);
  return new EngineError(hasCode(error, 'EBUSY') ? 'Conflict' : 'InvalidArgument', `cannot set ${file} to ${value}: ${text}`, {
    cause: error,
    details: { file, value },
  });
}

function belowUsage(value: string, used: string, cause?: unknown): EngineError {
  return new EngineError('Conflict', `unable to set memory limit to ${value} (current usage: ${used.trim()})`, { cause });
}
