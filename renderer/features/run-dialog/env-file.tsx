import { FileUp } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { parseDotEnv } from './dot-env.ts';
import styles from './run-dialog.module.css';

const words = t.runForm;

/** More than any environment has: the kernel takes 2 MiB of arguments and environment together. */
const LARGEST = 1024 * 1024;

/** Reads a `.env` file of this machine; what is none is said beside the button, and changes nothing. */
export function EnvFile({ onRead }: { readonly onRead: (rows: readonly { readonly name: string; readonly value: string }[]) => void }): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState('');
  const read = async (file: File | undefined) => {
    if (!file) return;
    const rows = file.size > LARGEST ? null : parseDotEnv(await file.text());
    setRefused(rows ? '' : file.name);
    if (rows) onRead(rows);
  };
  return (
    <>
      <Button small onClick={() => input.current?.click()}>
        <FileUp />
        {words.importEnv}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={words.chooseEnv}
        onChange={(event) => {
          void read(event.target.files?.[0]);
          // The same file may be chosen again.
          event.target.value = '';
        }}
      />
      {refused !== '' && (
        <p role="alert" className={styles.rowError}>
          {words.notEnv(refused)}
        </p>
      )}
    </>
  );
}
