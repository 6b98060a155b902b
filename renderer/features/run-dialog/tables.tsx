import { Plus } from 'lucide-react';
import { type ClipboardEvent, type ReactElement, useState } from 'react';
import { useEngine } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { BareInput, TextArea } from '../../ui/field.tsx';
import { FieldRows, nextKey } from '../../ui/field-rows.tsx';
import { type PairRow, PairRows } from '../../ui/pair-rows.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import type { FormErrors } from './check.ts';
import { dotEnvText, mergedEnv, parseDotEnv } from './dot-env.ts';
import { EnvFile } from './env-file.tsx';
import type { MountRow, NetworkRow, PortRow, RunForm, SecretRow } from './form.ts';
import styles from './run-dialog.module.css';

const words = t.run;
const more = t.runForm;

export interface TableProps {
  readonly form: RunForm;
  readonly errors: FormErrors;
  readonly onChange: (change: Partial<RunForm>) => void;
}

const options = (names: Readonly<Record<string, string>>) => Object.entries(names).map(([value, label]) => ({ value, label }));

/** As a table, or as the lines of a `.env` file. */
export function EnvTable({ form, errors, onChange }: TableProps): ReactElement {
  const [raw, setRaw] = useState<string | null>(null);
  const { env } = form;
  const numbered = (rows: readonly Omit<PairRow, 'key'>[], from: number) => rows.map((row, index) => ({ ...row, key: from + index }));
  const paste = (event: ClipboardEvent, row: PairRow) => {
    const text = event.clipboardData.getData('text');
    const added = text.includes('\n') || text.includes('=') ? parseDotEnv(text) : null;
    if (!added) return;
    event.preventDefault();
    const kept = env.filter(({ key, name, value }) => key !== row.key || name !== '' || value !== '');
    onChange({ env: [...kept, ...numbered(added, nextKey(env))] });
  };
  const write = (text: string) => {
    setRaw(text);
    const rows = text.trim() === '' ? [] : parseDotEnv(text);
    if (rows) onChange({ env: numbered(rows, 1) });
  };
  const take = (read: readonly Omit<PairRow, 'key'>[]) => {
    const all = mergedEnv(env, read);
    onChange({ env: numbered(all, 1) });
    if (raw !== null) setRaw(dotEnvText(all));
  };
  const wrong = raw !== null && raw.trim() !== '' && parseDotEnv(raw) === null;
  return (
    <>
      <div className={styles.envHead}>
        <Segmented
          label={words.env}
          value={raw === null ? 'table' : 'raw'}
          segments={[
            { value: 'table', label: more.table },
            { value: 'raw', label: more.raw },
          ]}
          onChange={(value) => setRaw(value === 'raw' ? dotEnvText(env) : null)}
        />
        <EnvFile onRead={take} />
      </div>
      {raw === null ? (
        <PairRows
          label={words.env}
          rows={env}
          errorOf={({ key }) => errors[`env.${key}`]}
          add={words.addEnv}
          nameLabel={words.envName}
          valueLabel={words.envValue}
          removeLabel={({ name }) => words.removeRow(name)}
          hint={words.envHint}
          onPaste={paste}
          onChange={(rows) => onChange({ env: rows })}
        />
      ) : (
        <TextArea label={more.rawLabel} rows={6} mono value={raw} hint={more.rawHint} error={wrong ? more.rawHint : undefined} onChange={write} />
      )}
    </>
  );
}

export const PortTable = ({ form, errors, onChange, suggested }: TableProps & { readonly suggested: readonly Omit<PortRow, 'key'>[] }): ReactElement => {
  const open = suggested.filter(({ container, protocol }) => !form.ports.some((row) => row.container === container && row.protocol === protocol));
  return (
    <>
      <FieldRows
        label={more.sections.ports}
        rows={form.ports}
        errorOf={({ key }: PortRow) => errors[`ports.${key}`]}
        add={more.ports.add}
        fresh={{ host: '', container: '', protocol: 'tcp' }}
        layout={styles.portRow}
        removeLabel={({ host, container }) => words.removeRow(`${host}:${container}`)}
        onChange={(ports) => onChange({ ports })}
      >
        {(row, set, invalid) => (
          <>
            <BareInput
              label={more.ports.host}
              placeholder={`${more.ports.host} (${more.ports.any})`}
              autoFocus={row.container === ''}
              value={row.host}
              invalid={invalid}
              onChange={(host) => set({ host })}
            />
            <BareInput
              label={more.ports.container}
              placeholder={more.ports.container}
              value={row.container}
              invalid={invalid}
              onChange={(container) => set({ container })}
            />
            <Select
              label={more.ports.protocol}
              value={row.protocol}
              options={options({ tcp: 'TCP', udp: 'UDP' })}
              onChange={(protocol) => set({ protocol: protocol === 'udp' ? 'udp' : 'tcp' })}
            />
          </>
        )}
      </FieldRows>
      {open.length > 0 && (
        <div className={styles.suggest}>
          <Button small onClick={() => onChange({ ports: [...form.ports, ...open.map((row, index) => ({ ...row, key: nextKey(form.ports) + index }))] })}>
            <Plus />
            {more.ports.suggest(open.map(({ container, protocol }) => (protocol === 'udp' ? `${container}/udp` : container)).join(', '))}
          </Button>
          <span className={styles.hint}>{more.ports.suggestNote}</span>
        </div>
      )}
    </>
  );
};

const SOURCE_WORDS = { bind: words.mountSource, volume: more.volumeName, tmpfs: more.tmpfsSize } as const;

export const MountTable = ({ form, errors, onChange }: TableProps): ReactElement => (
  <FieldRows
    label={words.mounts}
    rows={form.mounts}
    errorOf={({ key }: MountRow) => errors[`mounts.${key}`]}
    add={words.addMount}
    fresh={{ kind: 'volume', source: '', target: '', readonly: false }}
    layout={styles.mountRow}
    removeLabel={({ target }) => words.removeRow(target)}
    onChange={(mounts) => onChange({ mounts })}
  >
    {(row, set, invalid) => (
      <>
        <Select
          label={more.mountKind}
          value={row.kind}
          options={options(more.mountKinds)}
          onChange={(kind) => set({ kind: kind === 'bind' || kind === 'tmpfs' ? kind : 'volume' })}
        />
        <BareInput
          label={SOURCE_WORDS[row.kind]}
          placeholder={SOURCE_WORDS[row.kind]}
          autoFocus={row.source === ''}
          value={row.source}
          invalid={invalid}
          onChange={(source) => set({ source })}
        />
        <BareInput label={words.mountTarget} placeholder={words.mountTarget} value={row.target} invalid={invalid} onChange={(target) => set({ target })} />
        <LabelledCheckbox checked={row.readonly} label={words.mountReadonly} onChange={(readonly) => set({ readonly })}>
          {words.mountReadonly}
        </LabelledCheckbox>
      </>
    )}
  </FieldRows>
);

export function NetworkTable({ form, errors, onChange }: TableProps): ReactElement {
  const networks = useEngine((state) => state.networks);
  const known = [...networks.values()].filter(({ name }) => name !== 'host' && name !== 'none').map(({ name }) => name);
  return (
    <FieldRows
      label={more.sections.network}
      rows={form.networks}
      errorOf={({ key }: NetworkRow) => errors[`networks.${key}`]}
      add={more.addNetwork}
      fresh={{ network: known.find((name) => !form.networks.some(({ network }) => network === name)) ?? 'bridge', aliases: '' }}
      layout={styles.networkRow}
      removeLabel={({ network }) => words.removeRow(network)}
      onChange={(rows) => onChange({ networks: rows })}
    >
      {(row, set) => (
        <>
          <Select
            label={more.networkName}
            value={row.network}
            options={[...new Set([...known, row.network])].map((value) => ({ value, label: value }))}
            onChange={(network) => set({ network })}
          />
          <BareInput label={more.aliases} placeholder={more.aliases} value={row.aliases} onChange={(aliases) => set({ aliases })} />
        </>
      )}
    </FieldRows>
  );
}

export const LabelTable = ({ form, errors, onChange }: TableProps): ReactElement => (
  <PairRows
    label={more.sections.labels}
    rows={form.labels}
    errorOf={({ key }) => errors[`labels.${key}`]}
    add={more.addLabel}
    nameLabel={more.labelName}
    valueLabel={more.labelValue}
    removeLabel={({ name }) => words.removeRow(name)}
    onChange={(labels) => onChange({ labels })}
  />
);

export const SecretTable = ({ form, errors, onChange }: TableProps): ReactElement => (
  <FieldRows
    label={more.addSecret}
    rows={form.secrets}
    errorOf={({ key }: SecretRow) => errors[`secrets.${key}`]}
    add={more.addSecret}
    fresh={{ kind: 'file', name: '', source: '' }}
    layout={styles.secretRow}
    removeLabel={({ name }) => words.removeRow(name)}
    hint={more.secretHint}
    onChange={(secrets) => onChange({ secrets })}
  >
    {(row, set, invalid) => (
      <>
        <Select
          label={more.secretKind}
          value={row.kind}
          options={options(more.secretKinds)}
          onChange={(kind) => set({ kind: kind === 'env' ? 'env' : 'file' })}
        />
        <BareInput
          label={more.secretName}
          placeholder={more.secretName}
          autoFocus={row.name === ''}
          value={row.name}
          invalid={invalid}
          onChange={(name) => set({ name })}
        />
        <BareInput
          label={row.kind === 'file' ? more.secretFile : more.secretValue}
          placeholder={row.kind === 'file' ? more.secretFile : more.secretValue}
          type={row.kind === 'file' ? 'text' : 'password'}
          value={row.source}
          invalid={invalid}
          onChange={(source) => set({ source })}
        />
      </>
    )}
  </FieldRows>
);
