import { type EngineLocation, SYSTEM } from './location.ts';
import type { EngineProgram } from './program.ts';

/** What of this machine decides how an engine, which needs root, is started. */
export interface Machine {
  readonly uid: number;
  /** The package's systemd service is installed. */
  readonly hasService: boolean;
  /** `pkexec` is there, which asks for a password in a window of the desktop. */
  readonly hasPkexec: boolean;
  /** Name of the user's own group, who alone may then use the socket. */
  readonly group: string;
}

/** A program and its arguments. */
export type StartCommand = readonly [string, ...string[]];

export type StartWay =
  /** `asks`: a person has to give a password. `handsOver`: the command ends when the engine has been started by somebody else. */
  { readonly kind: 'direct' | 'asks'; readonly command: StartCommand; readonly handsOver: boolean } | { readonly kind: 'none'; readonly reason: string };

/** How this user gets an engine at `location`: the system's own through its service, any other one directly or by a password. */
export function startWay(machine: Machine, { node, daemon }: EngineProgram, { root, run, socket }: EngineLocation): StartWay {
  const engine = [node, daemon, '--root', root, '--run', run, '--host', `unix://${socket}`] as const;
  if (machine.hasService && socket === SYSTEM.socket)
    return { kind: machine.uid === 0 ? 'direct' : 'asks', command: ['systemctl', 'start', 'slipway.service'], handsOver: true };
  if (machine.uid === 0) return { kind: 'direct', command: engine, handsOver: false };
  if (machine.hasPkexec) return { kind: 'asks', command: ['pkexec', ...engine, '--group', machine.group], handsOver: false };
  return { kind: 'none', reason: `No engine answers at ${socket}, and starting one needs root: sudo ${engine.join(' ')} --group ${machine.group}` };
}
