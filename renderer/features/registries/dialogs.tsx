import { type ReactElement, useEffect, useState } from 'react';
import type { RegistryList } from '../../../electron/ipc/contract/registries.ts';
import { useRegistries, useServices, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { LabelledCheckbox } from '../../ui/checkbox.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { removeRegistries } from './actions.ts';
import styles from './registries.module.css';
import { hostOf, isHost } from './view-model.ts';

const words = t.registries;
type Keep = 'keychain' | 'docker';

/** What is asked about registries, on whatever screen that was wanted. */
export function RegistryDialogs(): ReactElement | null {
  const { registries } = useServices();
  const asking = useUiState((state) => state.asking);
  const list = useRegistries((state) => state.list);
  const isOpen = asking?.command === 'registry.login';
  useEffect(() => {
    if (isOpen) void registries.load();
  }, [isOpen, registries]);
  if (asking?.command === 'registry.remove') return <RemoveDialog hosts={asking.ids} />;
  if (!isOpen || list === null) return null;
  const [host = '', pullNext = ''] = asking.ids;
  return <LoginDialog key={host} host={host} pullNext={pullNext} list={list} />;
}

function RemoveDialog({ hosts }: { readonly hosts: readonly string[] }): ReactElement {
  const services = useServices();
  const list = useRegistries((state) => state.list);
  const rows = (list?.registries ?? []).filter(({ host }) => hosts.includes(host));
  const isDockers = rows.some(({ keeper }) => keeper === 'docker');
  return (
    <ConfirmDialog
      open
      title={words.removeTitle(hosts.length, hosts[0] ?? '')}
      objects={hosts}
      consequence={isDockers ? `${words.removeText} ${words.removeDocker}` : words.removeText}
      action={words.removeMany(hosts.length)}
      onConfirm={() => void removeRegistries(services, hosts)}
      onClose={() => services.ui.setState({ asking: null })}
    />
  );
}

interface LoginProps {
  /** Empty: a new one. */
  readonly host: string;
  /** An image to pull once the login is kept; empty: none. */
  readonly pullNext: string;
  readonly list: RegistryList;
}

function LoginDialog({ host: given, pullNext, list }: LoginProps): ReactElement {
  const { ui, transport, registries, toasts } = useServices();
  const known = list.registries.find(({ host }) => host === given);
  const [address, setAddress] = useState(given);
  const [username, setUsername] = useState(known?.username ?? '');
  const [password, setPassword] = useState('');
  const [keep, setKeep] = useState<Keep>(list.lack === '' && known?.keeper !== 'docker' ? 'keychain' : 'docker');
  const [agreed, setAgreed] = useState(false);
  const [tried, setTried] = useState(false);
  const host = hostOf(address);
  const isBare = username === '' && password === '';
  const needsAgreement = !isBare && keep === 'docker' && known?.keeper !== 'docker';
  const errors = {
    host: isHost(host) ? undefined : words.hostInvalid,
    password: username !== '' && password === '' ? words.passwordNeeded : undefined,
    agreed: needsAgreement && !agreed ? words.agreeNeeded : undefined,
  };
  const wrong = errors.host !== undefined || errors.password !== undefined || errors.agreed !== undefined;
  const close = () => ui.setState({ asking: null });

  const send = async () => {
    await transport.request('registry.save', { host, username, password, keep });
    await registries.load();
    if (!isBare) toasts.add({ title: words.saved(host) });
    if (pullNext === '') close();
    else ui.setState({ asking: { command: 'image.pull', ids: [pullNext] } });
  };

  return (
    <FormDialog
      onClose={close}
      title={given === '' ? words.add : words.loginTo(given)}
      action={isBare ? words.saveBare : words.save}
      busyAction={words.saving}
      failed={(why) => (/unauthorized|denied/i.test(why) ? words.refused(host) : words.notSaved(host))}
      onTry={() => {
        setTried(true);
        return !wrong;
      }}
      onSend={send}
    >
      {given === '' && (
        <TextField
          label={words.host}
          value={address}
          onChange={setAddress}
          placeholder={words.hostPlaceholder}
          hint={words.hostHint}
          error={tried || /[\s/]./.test(host) ? errors.host : undefined}
          autoFocus
          mono
        />
      )}
      <TextField label={words.username} value={username} onChange={setUsername} optional={given === ''} autoFocus={given !== '' && username === ''} />
      <TextField
        label={words.password}
        type="password"
        value={password}
        onChange={setPassword}
        error={tried ? errors.password : undefined}
        autoFocus={given !== '' && username !== ''}
      />
      {!isBare && <KeepChoice keep={keep} list={list} onKeep={setKeep} />}
      {needsAgreement && (
        <div className={styles.group}>
          <LabelledCheckbox checked={agreed} label={words.agree} onChange={setAgreed}>
            {words.agree}
          </LabelledCheckbox>
          {tried && errors.agreed !== undefined && <p className={styles.error}>{errors.agreed}</p>}
        </div>
      )}
    </FormDialog>
  );
}

/** Where a secret is kept is the user's to know, and to choose where there is a choice. */
function KeepChoice({ keep, list, onKeep }: { readonly keep: Keep; readonly list: RegistryList; readonly onKeep: (keep: Keep) => void }): ReactElement {
  const { lack, docker } = list;
  const choices = [
    { value: 'keychain', label: words.keepKeychain },
    { value: 'docker', label: words.keepDocker },
  ];
  return (
    <div className={styles.group}>
      {lack === '' ? (
        <>
          <span className={styles.label}>{words.keep}</span>
          <Segmented label={words.keep} value={keep} segments={choices} onChange={(value) => onKeep(value === 'docker' ? 'docker' : 'keychain')} />
        </>
      ) : (
        <p className={styles.note}>{words.lack[lack]}</p>
      )}
      {keep === 'docker' && <p className={styles.note}>{docker.helper === '' ? words.keepDockerText(docker.path) : words.keepHelperText(docker.helper)}</p>}
    </div>
  );
}
