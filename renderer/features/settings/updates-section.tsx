import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import type { UpdateChannel, UpdateState } from '../../../electron/ipc/contract/updates.ts';
import { tellFailure, useServices } from '../../stores/services.tsx';
import type { UpdateVerb } from '../../stores/update-store.ts';
import { byteRate, diskSize, exactTime, joined } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { ProgressBar } from '../../ui/progress.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useSettings } from './app-sections.tsx';
import { wordsOf } from './entries.ts';
import { SettingRow } from './row.tsx';
import styles from './settings.module.css';
import release from './updates-section.module.css';

const words = t.updates;
type Ask = (verb: UpdateVerb) => void;
const CHANNELS = (['stable', 'beta'] as const satisfies readonly UpdateChannel[]).map((value) => ({ value, label: words.channels[value] }));

/** Which version this is, whether there is a newer one, and how much of the way to it is gone without asking. */
export function UpdatesSection(): ReactElement {
  const { updates, toasts } = useServices();
  const update = useStore(updates, (state) => state.update);
  const ask: Ask = (verb) => void updates.ask(verb).catch((error: unknown) => tellFailure(toasts, words.refused, error));
  if (!update) return <SkeletonRows label={t.loading} />;
  return (
    <>
      <Version update={update} ask={ask} />
      {update.way === 'self' && <Choices />}
    </>
  );
}

function Version({ update, ask }: { readonly update: UpdateState; readonly ask: Ask }): ReactElement {
  const { way, version, phase, failure } = update;
  const isBusy = phase === 'checking' || phase === 'downloading' || phase === 'ready';
  const note = (
    <>
      {version !== '' && <div>{words.name(version)}</div>}
      <div className={styles.note}>{way === 'self' ? <Checked update={update} /> : words.ways[way]}</div>
      {failure && <Failure failure={failure} />}
    </>
  );
  return (
    <>
      <SettingRow id="version" note={note}>
        {way === 'self' && (
          <Button disabled={isBusy} onClick={() => ask('check')}>
            {phase === 'checking' ? words.checking : words.check}
          </Button>
        )}
      </SettingRow>
      {update.release && <Newer update={update} ask={ask} />}
    </>
  );
}

const Failure = ({ failure }: { readonly failure: NonNullable<UpdateState['failure']> }): ReactElement => (
  <div className={styles.error} role="alert">
    {words.failures[failure.kind]}
    {failure.detail !== '' && (
      <details className={release.details}>
        <summary>{t.details}</summary>
        {failure.detail}
      </details>
    )}
  </div>
);

function Checked({ update: { phase, checkedAt, release: found, failure } }: { readonly update: UpdateState }): ReactElement {
  if (phase === 'checking') return <>{words.checkingLong}</>;
  if (checkedAt === 0) return <>{words.never}</>;
  return (
    <>
      {!found && !failure && `${words.current} `}
      {words.checkedAt} <RelativeTime time={checkedAt} />
    </>
  );
}

/** The release, its notes as their maker wrote them, and the one next step. */
function Newer({ update, ask }: { readonly update: UpdateState; readonly ask: Ask }): ReactElement | null {
  const { ui } = useServices();
  const { phase, release: found, isSkipped, isQuiet, received, rate } = update;
  if (!found) return null;
  const { version, notes, date, size } = found;
  const title = phase === 'ready' ? words.ready(version) : phase === 'downloading' ? words.downloading(version) : words.available(version);
  const facts = [date > 0 ? words.released(exactTime(date)) : '', size > 0 ? joined(diskSize(size)) : ''];
  return (
    <div className={release.release} role="group" aria-label={title}>
      <div className={release.head}>
        <div className={styles.words}>
          <div className={styles.title}>{title}</div>
          <div className={styles.note}>{phase === 'ready' ? words.readyText : facts.filter(Boolean).join(' · ')}</div>
          {isSkipped && <div className={styles.note}>{words.skipped}</div>}
        </div>
        <div className={release.buttons}>
          {isSkipped && <Button onClick={() => ask('unskip')}>{words.unskip}</Button>}
          {phase !== 'downloading' && !isSkipped && (
            <>
              <Button look="quiet" onClick={() => ask('skip')}>
                {words.skip}
              </Button>
              {!isQuiet && (
                <Button look="quiet" onClick={() => ask('later')}>
                  {words.later}
                </Button>
              )}
            </>
          )}
          {phase === 'available' && !isSkipped && (
            <Button look="primary" onClick={() => ask('download')}>
              {words.download}
            </Button>
          )}
          {phase === 'downloading' && <Button onClick={() => ask('cancel')}>{words.cancel}</Button>}
          {phase === 'ready' && (
            <Button look="primary" onClick={() => ui.setState({ asking: { command: 'update.install', ids: [] } })}>
              {words.restart}
            </Button>
          )}
        </div>
      </div>
      {phase === 'downloading' && (
        <div className={release.progress}>
          <div className={release.bar}>
            <ProgressBar label={title} share={size > 0 ? Math.min(1, received / size) : null} />
          </div>
          <div className={release.numbers}>
            <span>{size > 0 ? t.activity.progressOf(joined(diskSize(received)), joined(diskSize(size))) : joined(diskSize(received))}</span>
            <span>{rate > 0 ? joined(byteRate(rate)) : ''}</span>
          </div>
        </div>
      )}
      <h3 className={release.notesTitle}>{words.notesTitle}</h3>
      {notes === '' ? (
        <p className={styles.note}>{words.noNotes}</p>
      ) : (
        <div className={release.notes} role="region" aria-label={words.notes(version)} tabIndex={0}>
          {notes}
        </div>
      )}
    </div>
  );
}

function Choices(): ReactElement {
  const [{ updateCheck, updateDownload, updateChannel }, write] = useSettings();
  return (
    <>
      <SettingRow id="updateCheck">
        <Switch label={wordsOf('updateCheck')[0]} checked={updateCheck} onChange={(value) => write({ updateCheck: value })} />
      </SettingRow>
      <SettingRow id="updateDownload">
        <Switch
          label={wordsOf('updateDownload')[0]}
          disabled={!updateCheck}
          checked={updateDownload && updateCheck}
          onChange={(value) => write({ updateDownload: value })}
        />
      </SettingRow>
      <SettingRow id="updateChannel">
        <Segmented
          label={wordsOf('updateChannel')[0]}
          value={updateChannel}
          segments={CHANNELS}
          onChange={(value) => write({ updateChannel: value === 'beta' ? 'beta' : 'stable' })}
        />
      </SettingRow>
    </>
  );
}
