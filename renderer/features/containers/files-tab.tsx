import { type ReactElement, useCallback, useMemo } from 'react';
import { tellFailure, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { FileBrowser } from '../../ui/file-browser/file-browser.tsx';
import type { DetailsTabProps } from './details-tab.ts';

/** The container's files, as it sees them itself while it runs. */
export function FilesTab({ row: { id, name, state } }: DetailsTabProps): ReactElement {
  const { files, toasts, transport, terminals, ui } = useServices();
  const openTerminal = useCallback(
    async (workingDir: string) => {
      try {
        const [shell] = (await transport.request('container.shells', { id })).shells;
        await terminals.open(
          id,
          shell === undefined
            ? { kind: 'debug', id, image: '', workingDir, hint: t.terminal.debugHint }
            : { kind: 'exec', id, command: [shell], user: '', workingDir },
        );
        ui.setTab('containers', 'terminal');
      } catch (error) {
        tellFailure(toasts, t.terminal.openFailed, error);
      }
    },
    [transport, terminals, ui, toasts, id],
  );
  const running = state === 'running';
  const source = useMemo(
    () =>
      files.of(
        { of: 'container', id },
        {
          name,
          ...(running && { openTerminal: (path: string) => void openTerminal(path) }),
          tell: (title, error) => tellFailure(toasts, title, error),
        },
      ),
    [files, toasts, id, name, running, openTerminal],
  );
  return <FileBrowser key={source.key} source={source} />;
}
