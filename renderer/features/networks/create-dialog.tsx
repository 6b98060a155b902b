import { type FormEvent, type ReactElement, useEffect, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { HostLink } from '../../../electron/ipc/contract/networks.ts';
import { useEngine, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SuggestField } from '../../ui/suggest-field.tsx';
import { checkNetworkForm, EMPTY_FORM, earlyErrors, type FormErrors, type NetworkForm } from './create-form.ts';
import styles from './form.module.css';
import { LabelTable, SubnetTable } from './form-tables.tsx';

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
  const formId = useId();
  const networks = useEngine((state) => state.networks);
  const links = useLinks();
  const [form, setForm] = useState<NetworkForm>(EMPTY_FORM);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const checked = checkNetworkForm(form, { networks: [...networks.values()], links });
  const found = checked.errors ?? NO_ERRORS;
  const errors = tried ? found : earlyErrors(form, found);
  const change = (part: Partial<NetworkForm>) => setForm((held) => ({ ...held, ...part }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (checked.errors) {
      const target = event.currentTarget as HTMLFormElement;
      requestAnimationFrame(() => target.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    if (busy) return;
    setBusy(true);
    setFailure('');
    try {
      const { id } = await transport.request('network.create', checked.request);
      onClose();
      navigate(`/networks/${id}`);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      wide
      open
      onClose={onClose}
      title={words.createTitle}
      footer={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button look="primary" type="submit" form={formId} disabled={busy}>
            {busy ? words.creating : words.create}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        {failure !== '' && (
          <div className={styles.failure} role="alert" ref={(element) => element?.scrollIntoView({ block: 'end' })}>
            <strong>{words.createFailed}</strong>
            {failure}
          </div>
        )}
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
              onChange={(value) => change({ driver: DRIVERS.find((one) => one === value) ?? 'bridge' })}
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
        <SubnetTable rows={form.subnets} errors={errors} onChange={(subnets) => change({ subnets })} />
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
      </form>
    </Dialog>
  );
}
