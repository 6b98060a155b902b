import { randomBytes } from 'node:crypto';
import { EngineError } from '../base/errors.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
/** NAME_MAX: it becomes the name of a directory. */
const LONGEST = 255;

/** Throws InvalidArgument in Docker's words. */
export function checkVolumeName(name: string): void {
  const prefix = `create ${name.slice(0, LONGEST)}: `;
  if (name.length < 2) throw new EngineError('InvalidArgument', `${prefix}volume name is too short, names should be at least two alphanumeric characters`);
  if (!NAME.test(name)) {
    throw new EngineError(
      'InvalidArgument',
      `${prefix}${JSON.stringify(name.slice(0, LONGEST))} includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
    );
  }
  if (name.length > LONGEST) throw new EngineError('InvalidArgument', `${prefix}volume name is too long, names should have at most ${LONGEST} characters`);
}

export function randomVolumeName(): string {
  return randomBytes(32).toString('hex');
}
