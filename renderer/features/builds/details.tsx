import { Ban, Layers, RotateCcw, Trash2, Unplug } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { buildFailure } from '../../stores/build-failure.ts';
import type { DetailsPlacement } from '../../stores/list-place.tsx';
import { runOn, useCommandContext } from '../../stores/object-commands.tsx';
import { useBuilds, useEngine, useTasks, useUi, useUiState } from '../../stores/services.tsx';
import { duration, exactTime, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { DetailsFrame } from '../../ui/details-frame.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusDot } from '../../ui/status-dot.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { DockerfileView } from './dockerfile.tsx';
import { Facts } from './facts.tsx';
import { Graph } from './graph.tsx';
import { Steps } from './steps.tsx';
import { mostTelling } from './timeline.ts';
import { useBuild } from './use-build.ts';
import { buildState, buildTitle, previousOf, tookMs } from './view-model.ts';

const words = t.builds;

/** One build: its steps in time with their output, its graph, its Dockerfile, what went in. */
export function Details({ id, placement }: { readonly id: string; readonly placement: DetailsPlacement }): ReactElement {
  const ui = useUi();
  const row = useBuilds((state) => state.builds?.get(id));
  const previous = useBuilds((state) => (row && state.builds ? previousOf(row, state.builds.values()) : undefined));
  const tab = useUiState((state) => state.detailsTab.builds) || 'steps';
  const [step, setStep] = useState<number | null>(null);
  const { view, at, error } = useBuild(row);
  const { view: before } = useBuild(previous);
  if (!row) {
    return (
      <DetailsFrame name={shortId(id)} meta="" {...placement}>
        <EmptyState icon={<Unplug />} title={words.gone} text={words.goneText} />
      </DetailsFrame>
    );
  }
  const { tone, word } = buildState(row);
  const chosen = step ?? (view ? mostTelling(view) : -1);
  const choose = (next: number) => setStep(next);
  return (
    <DetailsFrame
      name={buildTitle(row)}
      lead={<StatusDot tone={tone} />}
      meta={
        <>
          <span>{word}</span>
          <span title={exactTime(row.startedAt)}>{duration(tookMs(row, at))}</span>
          {row.steps > 0 && <span>{words.cachedOf(row.cachedSteps, row.steps)}</span>}
          {view && view.warnings.length > 0 && <span>{words.warnings(view.warnings.length)}</span>}
        </>
      }
      actions={<Actions id={id} />}
      reason={row.status === 'failed' ? buildFailure(row.error) : ''}
      failed={row.status === 'failed'}
      {...placement}
    >
      {error !== '' && (
        <Banner look="error">
          {words.readFailed}: {error}
        </Banner>
      )}
      {view ? (
        <Tabs
          label={t.detailsView.tabsLabel}
          value={tab}
          onChange={(next) => ui.setTab('builds', next)}
          tabs={[
            {
              id: 'steps',
              label: words.tabs.steps,
              content: <Steps view={view} at={at} previous={before} chosen={chosen} onChoose={choose} onDockerfile={() => ui.setTab('builds', 'dockerfile')} />,
            },
            { id: 'graph', label: words.tabs.graph, content: <Graph view={view} chosen={chosen} onChoose={choose} /> },
            { id: 'dockerfile', label: words.tabs.dockerfile, content: <DockerfileView view={view} /> },
            { id: 'facts', label: words.tabs.facts, content: <Facts view={view} /> },
          ]}
        />
      ) : (
        error === '' && <SkeletonRows label={t.loading} />
      )}
    </DetailsFrame>
  );
}

function Actions({ id }: { readonly id: string }): ReactElement {
  const context = useCommandContext();
  const row = useBuilds((state) => state.builds?.get(id));
  const task = useTasks((state) => state.tasks?.get(id));
  const hasImage = useEngine((state) => state.images.has(row?.image ?? ''));
  const act = (command: string) => {
    const found = context.commands.objects.find((one) => one.id === command);
    if (found) runOn(context, found, [id]);
  };
  return (
    <>
      {row?.status === 'running' && (
        <Button small onClick={() => act('build.cancel')}>
          <Ban />
          {words.cancel}
        </Button>
      )}
      {hasImage && (
        <Button small onClick={() => act('build.show-image')}>
          <Layers />
          {words.showImage}
        </Button>
      )}
      {task && task.state !== 'running' && (
        <Button small onClick={() => act('build.again')}>
          <RotateCcw />
          {words.retry}
        </Button>
      )}
      {row && row.status !== 'running' && (
        <IconButton small label={words.remove} command="build.remove" onClick={() => act('build.remove')}>
          <Trash2 />
        </IconButton>
      )}
    </>
  );
}
