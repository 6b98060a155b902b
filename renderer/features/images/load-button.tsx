import { FileUp } from 'lucide-react';
import { type ReactElement, useRef } from 'react';
import { useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';

/** Chooses archives on this machine and loads them. */
export function LoadButton({ primary = false, label = t.images.load }: { readonly primary?: boolean; readonly label?: string }): ReactElement {
  const { loads } = useServices();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button look={primary ? 'primary' : 'plain'} onClick={() => input.current?.click()}>
        <FileUp />
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".tar,.gz,.tgz,.zst,application/x-tar,application/gzip,application/zstd"
        aria-label={t.images.chooser}
        onChange={(event) => {
          loads.add([...(event.target.files ?? [])]);
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
    </>
  );
}
