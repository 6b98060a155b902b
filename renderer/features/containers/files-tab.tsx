import { type ReactElement, useMemo } from 'react';
import { tellFailure, useServices } from '../../stores/services.tsx';
import { FileBrowser } from '../../ui/file-browser/file-browser.tsx';
import type { DetailsTabProps } from './details-tab.ts';

/** The container's files, as it sees them itself while it runs. */
export function FilesTab({ row: { id, name } }: DetailsTabProps): ReactElement {
  const { files, toasts } = useServices();
  const source = useMemo(
    () => files.of({ of: 'container', id }, { name, tell: (title, error) => tellFailure(toasts, title, error) }),
    [files, toasts, id, name],
  );
  return <FileBrowser key={source.key} source={source} />;
}
