import { type ReactElement, useState } from 'react';
import { useUi, useUiState } from '../../../stores/services.tsx';
import type { SavedSearch } from '../../../stores/ui-store.ts';
import { t } from '../../../strings/t.ts';
import { TextField } from '../../../ui/field.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import styles from '../dialogs.module.css';

const words = t.logs;
const MOST = 50;
const LONGEST_NAME = 60;

/** Gives what is searched for now a name by which the menu has it. */
export function SaveSearchDialog({ search, onClose }: { readonly search: Omit<SavedSearch, 'name'>; readonly onClose: () => void }): ReactElement {
  const ui = useUi();
  const saved = useUiState((state) => state.logSearches);
  const [typed, setTyped] = useState(search.text.slice(0, LONGEST_NAME));
  const name = typed.trim();
  const how = [search.isRegex && words.isRegex, search.isCaseSensitive && words.isCase, search.filters && words.filter].filter((word) => word !== false);
  const save = () => {
    const others = saved.filter((one) => one.name !== name);
    ui.setState({ logSearches: [{ ...search, name }, ...others].slice(0, MOST) });
    onClose();
  };
  return (
    <FormDialog title={words.saveTitle} action={words.saveAction} onTry={() => name !== ''} onSend={save} onClose={onClose}>
      <div className={styles.sought}>
        <code>{visibleText(search.text)}</code>
        {how.length > 0 && <span>{how.join(' · ')}</span>}
      </div>
      <TextField
        label={words.saveName}
        autoFocus
        maxLength={LONGEST_NAME}
        value={typed}
        error={name === '' ? words.saveNeedsName : undefined}
        hint={saved.some((one) => one.name === name) ? words.saveReplaces : undefined}
        onFocus={(event) => event.currentTarget.select()}
        onChange={setTyped}
      />
    </FormDialog>
  );
}
