import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef } from 'react';
import type { BuildView } from '../../../runtime/api/types/build.ts';
import { agoInWords, duration } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { StepLog } from './step-log.tsx';
import styles from './steps.module.css';
import { movedTo, type StepState, type TimelineStep, timelineOf } from './timeline.ts';

const words = t.builds;
const TONES: Readonly<Record<StepState, Tone>> = {
  cached: 'exited',
  done: 'running',
  running: 'starting',
  waiting: 'created',
  failed: 'failed',
  canceled: 'exited',
};

/** Steps as bars in time, one lane a step, stage by stage; below, the output of the chosen one. */
export function Steps({
  view,
  at,
  previous,
  chosen,
  onChoose,
  onDockerfile,
}: {
  readonly view: BuildView;
  readonly at: number;
  readonly previous: BuildView | null;
  readonly chosen: number;
  readonly onChoose: (step: number) => void;
  readonly onDockerfile: () => void;
}): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  // What scrolling answers is no undo of the effect.
  useEffect(() => void list.current?.querySelector(`[data-step="${chosen}"]`)?.scrollIntoView({ block: 'nearest' }), [chosen]);
  const stages = useMemo(() => timelineOf(view, at, previous), [view, at, previous]);
  const all = stages.flatMap(({ steps }) => steps);
  const step = all.find(({ index }) => index === chosen);
  if (all.length === 0) {
    if (view.status === 'running') return <EmptyState title={words.noSteps} text={words.noStepsText} />;
    const toDockerfile = view.dockerfile === '' ? undefined : <Button onClick={onDockerfile}>{words.showDockerfile}</Button>;
    return <EmptyState title={words.noStepsEver} text={words.noStepsEverText} action={toDockerfile} />;
  }
  const keyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const place = movedTo(
      event.key,
      all.findIndex(({ index }) => index === chosen),
      all.length,
    );
    const next = place === null ? undefined : all[place];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    onChoose(next.index);
    event.currentTarget.querySelector<HTMLElement>(`[data-step="${next.index}"]`)?.focus();
  };
  return (
    <div className={styles.frame}>
      <div className={styles.split}>
        <div ref={list} className={styles.timeline} role="listbox" aria-label={words.timeline} onKeyDown={keyDown}>
          {stages.map(({ name, steps }) => (
            <div key={name} role="group" aria-label={name || words.mainStage}>
              {stages.length > 1 && (
                <div className={styles.stage} aria-hidden="true">
                  {name || words.mainStage}
                </div>
              )}
              {steps.map((one) => (
                <StepRow key={one.index} step={one} chosen={one.index === chosen} onChoose={onChoose} />
              ))}
            </div>
          ))}
          {previous && all.some((one) => difference(one) !== null) && <p className={styles.note}>{words.compared(agoInWords(previous.startedAt, at))}</p>}
        </div>
        <div className={styles.log}>
          {step ? (
            <StepLog
              key={`${view.id}/${step.index}`}
              id={view.id}
              step={step.index}
              name={visibleText(step.name)}
              running={step.state === 'running'}
              error={errorOf(view, step)}
            />
          ) : (
            <p className={styles.note}>{words.chooseStep}</p>
          )}
        </div>
      </div>
    </div>
  );
}

/** Why a step failed, unless the build's own words above say the same. */
function errorOf(view: BuildView, { index, state }: TimelineStep): string {
  const error = view.vertices[index]?.error ?? '';
  return state === 'failed' && !view.error.startsWith(error) ? error : '';
}

/** A difference worth a word: more than a tenth and more than a fifth of a second. */
function difference({ took, before, state }: TimelineStep): { readonly text: string; readonly slower: boolean } | null {
  if (before === null || state !== 'done' || took === 0) return null;
  const more = took - before;
  if (Math.abs(more) < 200 || Math.abs(more) < before / 10) return null;
  return { text: more > 0 ? words.slower(duration(more)) : words.faster(duration(-more)), slower: more > 0 };
}

function StepRow({
  step,
  chosen,
  onChoose,
}: {
  readonly step: TimelineStep;
  readonly chosen: boolean;
  readonly onChoose: (step: number) => void;
}): ReactElement {
  const { index, number, state, from, length, took, reason } = step;
  const name = visibleText(step.name);
  const changed = difference(step);
  return (
    <div
      role="option"
      data-step={index}
      aria-selected={chosen}
      tabIndex={chosen ? 0 : -1}
      className={styles.row}
      data-state={state}
      title={name}
      onClick={() => onChoose(index)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        // Space would scroll the steps away.
        event.preventDefault();
        onChoose(index);
      }}
    >
      <StatusDot tone={TONES[state]} />
      <span className={styles.number}>{number}</span>
      <span className={styles.name}>{name}</span>
      <span className={styles.reason}>{reason}</span>
      <span className={styles.took} title={step.before === null ? '' : words.before(duration(step.before))}>
        {changed && <span data-slower={changed.slower}>{changed.text}</span>}
        {state === 'cached' || took === 0 ? '' : duration(took)}
      </span>
      <span className={styles.lane} aria-hidden="true">
        {state !== 'waiting' && state !== 'canceled' && (
          <span className={styles.bar} style={{ insetInlineStart: `${from * 100}%`, inlineSize: `max(3px, ${length * 100}%)` }} />
        )}
      </span>
    </div>
  );
}
