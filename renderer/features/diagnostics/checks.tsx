import { CircleAlert, CircleCheck, Copy, RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import type { DoctorReport } from '../../../runtime/api/types/doctor.ts';
import type { Transport } from '../../engine/transport.ts';
import { tellFailure, useServices } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import styles from './diagnostics.module.css';
import { findingWords } from './finding-words.ts';
import { useAnswer } from './use-answer.ts';

const words = t.diagnostics;
type Finding = DoctorReport['findings'][number];
const check = (transport: Transport) => transport.request('doctor.check', {});
const ICONS = { ok: <CircleCheck />, warning: <TriangleAlert />, error: <CircleAlert /> } as const;

/** What may keep containers from working, worst first; what is muted comes last and is not counted. */
export function Checks(): ReactElement {
  const { settings, toasts } = useServices();
  const { answer, error, busy, ask } = useAnswer(check);
  const muted = useStore(settings, (state) => state.mutedChecks);
  const findings = answer?.findings ?? [];
  const counted = findings.filter(({ id, status }) => status !== 'ok' && !muted.includes(id)).length;
  const mute = (id: string) => {
    const mutedChecks = muted.includes(id) ? muted.filter((one) => one !== id) : [...muted, id];
    settings.write({ mutedChecks }).catch((reason: unknown) => tellFailure(toasts, t.shell.notKept, reason));
  };
  const ordered = [...findings.filter(({ id }) => !muted.includes(id)), ...findings.filter(({ id }) => muted.includes(id))];
  return (
    <section className={styles.section} aria-label={words.checks}>
      <header className={styles.head}>
        <h2>{words.checks}</h2>
        <span className={styles.dim} role="status">
          {busy ? words.running : answer ? (counted === 0 ? words.allWell : words.problems(counted)) : ''}
        </span>
        <span className={styles.gap} />
        <Button disabled={busy} onClick={ask}>
          <RotateCw />
          {words.rerun}
        </Button>
      </header>
      {error !== '' && <Banner look="error">{`${words.failed}. ${error}`}</Banner>}
      {!answer && error === '' && <SkeletonRows label={words.running} />}
      <ul className={styles.checks}>
        {ordered.map((finding) => (
          <Check key={finding.id} finding={finding} muted={muted.includes(finding.id)} onMute={() => mute(finding.id)} />
        ))}
      </ul>
    </section>
  );
}

function Check({ finding, muted, onMute }: { readonly finding: Finding; readonly muted: boolean; readonly onMute: () => void }): ReactElement {
  const { id, status } = finding;
  const { what, why, fix } = findingWords(finding);
  return (
    <li className={styles.check} data-status={muted ? 'muted' : status} aria-label={id}>
      <span className={styles.status}>
        {ICONS[status]}
        {muted ? words.muted : words.statuses[status]}
      </span>
      <div className={styles.finding}>
        <div>{what}</div>
        {why !== '' && <div className={styles.dim}>{why}</div>}
        {fix !== '' && (
          <div className={styles.fix}>
            <code title={words.fix}>{fix}</code>
            <IconButton small label={words.copyFix(id)} onClick={() => void navigator.clipboard.writeText(fix)}>
              <Copy />
            </IconButton>
          </div>
        )}
      </div>
      <code className={styles.id}>{id}</code>
      <Button small look="quiet" aria-label={muted ? words.unmuteOf(id) : words.muteOf(id)} onClick={onMute}>
        {muted ? words.unmute : words.mute}
      </Button>
    </li>
  );
}
