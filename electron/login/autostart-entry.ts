import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../settings/store.ts';

/** Where desktops look for what starts with a session, below the folder of configurations. */
export const autostartFile = (configHome: string): string => join(configHome, 'autostart', 'io.slipway.app.desktop');

/** A desktop entry that runs `command` when the user logs in (Desktop Entry and Autostart specifications). */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Slipway',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Makes or removes the entry; the same again changes nothing. Atomic. */
export async function setAutostart(configHome: string, command: readonly string[] | null): Promise<void> {
  const file = autostartFile(configHome);
  if (command) await writeAtomically(file, autostartEntry(command));
  else await rm(file, { force: true });
}

/** As `Exec` has it: quoted, its four signs escaped; then as any string of the file, whose backslashes are escaped again; `%` begins a field code. */
function quoted(word: string): string {
  return `"${word
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('%', '%%')}"`;
}
