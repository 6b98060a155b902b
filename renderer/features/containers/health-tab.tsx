import { HeartPulse } from 'lucide-react';
import { type ReactElement, useCallback } from 'react';
import type { ContainerInspect } from '../../../electron/ipc/contract/containers.ts';
import { useServices } from '../../stores/services.tsx';
import { duration, spanInWords } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { RelativeTime, useNow } from '../../ui/relative-time.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import type { DetailsTabProps } from './details-tab.ts';
import { type HealthReport, healthReport, untilCheck } from './health-report.ts';
import styles from './health-tab.module.css';
import { useRead } from './use-read.ts';

const words = t.containerTabs.health;

/** Once the next check can be over, and not more often than that is worth. */
function nextRead(inspect: ContainerInspect): number {
  const report = healthReport(inspect);
  const next = report?.next ?? 0;
  return Math.max(2000, Math.min(60_000, next - Date.now() + 700));
}

/** Whether it is well, what said so, and when it is asked again. */
export function HealthTab({ row }: DetailsTabProps): ReactElement {
  const { transport } = useServices();
  const { id } = row;
  const read = useCallback(async () => (await transport.request('container.config', { id })).inspect, [transport, id]);
  const result = useRead(read, row, nextRead);
  if (result.state === 'loading') return <EmptyState title={t.loading} />;
  if (result.state === 'failed') return <EmptyState alert icon={<HeartPulse />} title={words.readFailed} text={result.error} />;
  const report = healthReport(result.value);
  return report ? <Report report={report} /> : <EmptyState icon={<HeartPulse />} title={words.none} text={words.noneText} />;
}

function Report({ report }: { readonly report: HealthReport }): ReactElement {
  const now = useNow();
  const { status, streak, command, interval, timeout, retries, checks } = report;
  const wait = untilCheck(report, now);
  return (
    <div className={styles.health} role="region" aria-label={words.tab} tabIndex={0}>
      <p className={styles.status}>
        <StatusDot tone={status === 'healthy' ? 'running' : status === 'unhealthy' ? 'unhealthy' : 'starting'} />
        <strong>{t.containerList.health[status]}</strong>
        {streak > 0 && <span className={styles.failed}>{words.streak(streak)}</span>}
        {wait !== null && <span className={styles.dim}>{wait > 0 ? words.next(spanInWords(wait)) : words.due}</span>}
      </p>
      <dl className={styles.settings}>
        <dt>{words.command}</dt>
        <dd className={styles.mono}>{visibleText(command)}</dd>
        <dt>{words.every}</dt>
        <dd>{duration(interval)}</dd>
        <dt>{words.atMost}</dt>
        <dd>{duration(timeout)}</dd>
        <dt>{words.retries}</dt>
        <dd>{retries}</dd>
      </dl>
      <h3 className={styles.title}>{words.history}</h3>
      {checks.length === 0 && <p className={styles.dim}>{words.empty}</p>}
      <ol className={styles.checks}>
        {checks.map((check) => (
          <li key={check.start}>
            <div className={styles.line}>
              <StatusDot tone={check.exitCode === 0 ? 'running' : 'failed'} />
              <span className={check.exitCode === 0 ? undefined : styles.failed}>{check.exitCode === 0 ? words.passed : words.failed(check.exitCode)}</span>
              <span className={styles.dim}>
                <RelativeTime time={check.start} />
              </span>
              <span className={styles.dim}>{words.took(duration(check.took))}</span>
            </div>
            <pre className={styles.output}>{visibleText(check.output.trim()) || words.noOutput}</pre>
          </li>
        ))}
      </ol>
    </div>
  );
}
