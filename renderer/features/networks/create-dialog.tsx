import { type ReactElement, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { HostLink } from '../../../electron/ipc/contract/networks.ts';
import { useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import { checkNetworkForm, EMPTY_FORM, earlyErrors, type FormErrors, MODES, type NetworkForm } from './create-form.ts';
import styles from './form.module.css';
import { LabelTable, ReservedTable, SubnetTable } from './form-tables.tsx';

const words = t.networks;
const DRIVERS = ['bridge', 'macvlan', 'ipvlan'] as const;
const NO_ERRORS: FormErrors = {};

/** Links of this machine; none where they cannot be told, which only makes the checks fewer. */
function useLinks(): readonly HostLink[] {
  const { transport } = useServices();
  const [links, setLinks] = useState<readonly HostLink[]>([]);
  useEffect(() => {
    let stale = false;
    transport.request('network.links', {}).then(
      (answer) => !stale && setLinks(answer.links),
      () => undefined,
    );
    return () => {
      stale = true;
    };
  }, [transport]);
  return links;
}

export function CreateDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { transport } = useServices();
  const [, navigate] = useLocation();
  const networks = useEngine((state) => state.networks);
  const links = useLinks();
  const [form, setForm] = useState<NetworkForm>(EMPTY_FORM);
  const [tried, setTried] = useState(false);
  const checked = checkNetworkForm(form, { networks: [...networks.values()], links });
  const found = checked.errors ?? NO_ERRORS;
  const errors = tried ? found : earlyErrors(form, found);
  const change = (part: Partial<NetworkForm>) => setForm((held) => ({ ...held, ...part }));

  const send = async () => {
    if (checked.errors) return;
    const { id } = await transport.request('network.create', checked.request);
    onClose();
    navigate(`/networks/${id}`);
  };

  return (
    <FormDialog
      wide
      onClose={onClose}
      title={words.createTitle}
      action={words.create}
      busyAction={words.creating}
      failed={words.createFailed}
      onTry={() => {
        setTried(true);
        return checked.errors === null;
      }}
      onSend={send}
    >
      <TextField
        label={words.form.name}
        placeholder={words.form.namePlaceholder}
        autoFocus
        value={form.name}
        error={errors.name}
        onChange={(name) => change({ name })}
      />
      <div className={styles.group}>
        <span className={styles.legend}>{words.form.driver}</span>
        <div>
          <Segmented
            label={words.form.driver}
            value={form.driver}
            segments={DRIVERS.map((value) => ({ value, label: value }))}
            onChange={(value) => {
              const driver = DRIVERS.find((one) => one === value) ?? 'bridge';
              change({ driver, mode: MODES[driver][0] ?? '' });
            }}
          />
        </div>
        <p className={styles.hint}>{words.form.drivers[form.driver]}</p>
      </div>
      {form.driver !== 'bridge' && (
        <SuggestField
          label={words.form.parent}
          placeholder={words.form.parentPlaceholder}
          value={form.parent}
          items={links.map(({ name }) => name)}
          error={errors.parent}
          onChange={(parent) => change({ parent })}
        />
      )}
      {form.driver !== 'bridge' && (
        <div className={styles.group}>
          <span className={styles.legend}>{words.form.mode}</span>
          <div>
            <Segmented
              label={words.form.mode}
              value={form.mode}
              segments={MODES[form.driver].map((value) => ({ value, label: value }))}
              onChange={(value) => change({ mode: MODES[form.driver].find((one) => one === value) ?? '' })}
            />
          </div>
          <p className={styles.hint}>{words.form.modes[form.driver][form.mode]}</p>
        </div>
      )}
      <SubnetTable rows={form.subnets} errors={errors} onChange={(subnets) => change({ subnets })} />
      {form.subnets.length > 0 && <ReservedTable rows={form.reserved} errors={errors} onChange={(reserved) => change({ reserved })} />}
      <div className={styles.options}>
        <LabelledCheckbox checked={form.internal} label={words.form.internal} onChange={(internal) => change({ internal })}>
          {words.form.internal}
        </LabelledCheckbox>
        <LabelledCheckbox checked={form.ipv6} label={words.form.ipv6} onChange={(ipv6) => change({ ipv6 })}>
          {words.form.ipv6}
        </LabelledCheckbox>
      </div>
      <div className={styles.two}>
        <TextField
          label={words.form.mtu}
          optional
          placeholder={words.form.mtuPlaceholder}
          inputMode="numeric"
          value={form.mtu}
          error={errors.mtu}
          onChange={(mtu) => change({ mtu })}
        />
      </div>
      <LabelTable rows={form.labels} errors={errors} onChange={(labels) => change({ labels })} />
    </FormDialog>
  );
}
