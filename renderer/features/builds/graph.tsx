import { type ReactElement, useMemo } from 'react';
import type { BuildView } from '../../../runtime/api/types/build.ts';
import { duration } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './graph.module.css';
import { graphLayout } from './graph-layout.ts';
import { stepName, stepState } from './timeline.ts';

const words = t.builds;
const WIDTH = 176;
const HEIGHT = 40;
const GAP_X = 36;
const GAP_Y = 16;

/** Which step needs which: what stands side by side may be done at the same time. */
export function Graph({
  view,
  chosen,
  onChoose,
}: {
  readonly view: BuildView;
  readonly chosen: number;
  readonly onChoose: (step: number) => void;
}): ReactElement {
  const layout = useMemo(() => graphLayout(view.vertices), [view.vertices]);
  if (layout.nodes.length === 0)
    return view.status === 'running' ? (
      <EmptyState title={words.noSteps} text={words.noStepsText} />
    ) : (
      <EmptyState title={words.noStepsEver} text={words.noStepsEverText} />
    );
  const left = (column: number) => 16 + column * (WIDTH + GAP_X);
  const top = (row: number) => 16 + row * (HEIGHT + GAP_Y);
  const width = left(layout.columns) - GAP_X + 16;
  const height = top(layout.rows) - GAP_Y + 16;
  return (
    <div className={styles.scroll} role="group" aria-label={words.graph} tabIndex={0}>
      <div className={styles.plane} style={{ inlineSize: width, blockSize: height }}>
        <svg width={width} height={height} className={styles.edges} aria-hidden="true">
          {layout.edges.map(({ from, to }) => {
            const source = layout.nodes[from];
            const target = layout.nodes[to];
            if (!source || !target) return null;
            const x1 = left(source.column) + WIDTH;
            const y1 = top(source.row) + HEIGHT / 2;
            const x2 = left(target.column);
            const y2 = top(target.row) + HEIGHT / 2;
            const bend = Math.min(60, (x2 - x1) / 2);
            return (
              <path key={`${from}-${to}`} d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} data-chosen={from === chosen || to === chosen} />
            );
          })}
        </svg>
        {layout.nodes.map(({ index, column, row }) => {
          const vertex = view.vertices[index];
          if (!vertex) return null;
          const { number, name: written } = stepName(vertex);
          const name = visibleText(written);
          const state = stepState(vertex, view.status === 'running');
          const took = vertex.completedAt > 0 ? vertex.completedAt - vertex.startedAt : 0;
          return (
            <button
              key={index}
              type="button"
              className={styles.node}
              data-state={state}
              aria-pressed={index === chosen}
              title={name}
              style={{ insetInlineStart: left(column), insetBlockStart: top(row), inlineSize: WIDTH, blockSize: HEIGHT }}
              onClick={() => onChoose(index)}
            >
              <span className={styles.name}>{name}</span>
              <span className={styles.facts}>
                <span>{[vertex.stage, number].filter(Boolean).join(' ')}</span>
                <span>{state === 'done' ? duration(took) : words.stepStates[state]}</span>
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
