import { Copy } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import type { DockerContextState, SocketOwner } from '../../../electron/ipc/contract/docker.ts';
import { useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { IconButton } from '../../ui/button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Switch } from '../../ui/switch.tsx';
import { wordsOf } from './entries.ts';
import { SettingRow } from './row.tsx';
import styles from './settings.module.css';

const words = t.settings;
const TRY = 'docker ps';

/** By which engine commands of the docker CLI are done. It is files of the user's: the engine need not run. */
export function DockerSection(): ReactElement {
  const { transport } = useServices();
  const [state, setState] = useState<DockerContextState | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const take = async (asked: Promise<DockerContextState>) => {
    setBusy(true);
    try {
      setState(await asked);
      setError('');
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    transport.request('docker.context', {}).then(setState, (reason: unknown) => setError(reason instanceof Error ? reason.message : String(reason)));
  }, [transport]);
  if (!state) return error === '' ? <SkeletonRows label={t.loading} /> : <Banner look="error">{error}</Banner>;
  const note = (
    <>
      <div className={styles.note}>{words.context.current(state.current, state.config)}</div>
      {state.overruledBy !== '' && <div className={styles.error}>{words.context.overruled(state.overruledBy)}</div>}
    </>
  );
  return (
    <>
      <SettingRow id="context" note={note} error={error === '' ? undefined : error}>
        <Switch label={wordsOf('context')[0]} checked={state.on} disabled={busy} onChange={(on) => void take(transport.request('docker.setContext', { on }))} />
      </SettingRow>
      {state.on && (
        <div className={styles.row}>
          <span>
            {words.context.tryIt} <code className={styles.mono}>{TRY}</code>
          </span>
          <IconButton label={`${t.copy}: ${TRY}`} onClick={() => void navigator.clipboard.writeText(TRY)}>
            <Copy />
          </IconButton>
        </div>
      )}
      <SettingRow id="socket" wide note={<div className={styles.note}>{state.socket.path}</div>}>
        <div>{ownerText(state.socket)}</div>
        {state.socket.target !== '' && <div className={styles.note}>{words.leadsTo(state.socket.target)}</div>}
      </SettingRow>
    </>
  );
}

const ownerText = ({ state, name, version }: SocketOwner): string => (state === 'other' ? words.socketStates.other(name, version) : words.socketStates[state]);
