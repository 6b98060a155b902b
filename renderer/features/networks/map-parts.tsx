import { type KeyboardEvent, memo, type ReactElement } from 'react';
import { t } from '../../strings/t.ts';
import { cx } from '../../ui/class-names.ts';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import styles from './map.module.css';
import { BOX_X, type MapRow, PORTS_WIDTH, type Rail, ROW } from './map-layout.ts';
import { networkTarget, type Target } from './map-model.ts';
import { isUp, toneOf } from './view-model.ts';

const words = t.networkMap;
const BOX_HEIGHT = 24;
/** Pixels of a letter that is wider than most. */
const GLYPH = 8.2;
export const HEAD = 56;

/** Middle-truncated, as both ends of a name tell. SVG cuts nothing by itself. */
function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.floor((most - 1) / 3);
  return `${text.slice(0, most - 1 - tail)}…${text.slice(-tail)}`;
}

function toneOfRow({ kind, containers }: MapRow): Tone {
  const [first] = containers;
  if (kind === 'container') return first ? toneOf(first) : 'exited';
  if (containers.some(({ state, health }) => state === 'running' && health === 'unhealthy')) return 'unhealthy';
  const up = containers.filter(isUp).length;
  return up === 0 ? 'exited' : up === containers.length ? 'running' : 'partly';
}

export type Light = 'chosen' | 'near' | 'far' | 'none';

export interface NodeProps {
  readonly light: Light;
  /** It has the one tab stop of the map. */
  readonly current: boolean;
  readonly onPoint: (target: Target | null) => void;
  readonly onOpen: (target: Target) => void;
  readonly onKey: (event: KeyboardEvent, target: Target) => void;
}

const nodeEvents = (target: Target, { current, onPoint, onOpen, onKey }: NodeProps) => ({
  role: 'button',
  tabIndex: current ? 0 : -1,
  'data-target': target,
  onPointerEnter: () => onPoint(target),
  onPointerLeave: () => onPoint(null),
  onFocus: () => onPoint(target),
  onBlur: () => onPoint(null),
  onClick: () => onOpen(target),
  onKeyDown: (event: KeyboardEvent) => onKey(event, target),
});

const LIGHT: Readonly<Record<Light, string | undefined>> = { chosen: styles.chosen, near: styles.near, far: styles.far, none: undefined };

interface RowProps extends NodeProps {
  readonly row: MapRow;
  /** Pixels of its box. */
  readonly box: number;
  /** Ids of the networks that are lit. */
  readonly lit: ReadonlySet<string>;
  readonly networkNames: readonly string[];
}

/** A container with its ports and its line to its networks. */
export const RowNode = memo(function RowNode({ row, box, lit, networkNames, ...node }: RowProps): ReactElement {
  const { y, kind, containers, ports, stops, end, shares } = row;
  const up = containers.some(isUp);
  const x = BOX_X + (row.indented ? 16 : 0);
  const width = box - (row.indented ? 16 : 0);
  const tone = toneOfRow(row);
  const upCount = containers.filter(isUp).length;
  const label =
    kind === 'project'
      ? words.projectLabel(row.label, upCount, containers.length)
      : words.rowLabel(row.label, t.containers.states[stateWord(row)], networkNames, ports);
  const count = `${upCount}/${containers.length}`;
  return (
    <g className={cx(kind === 'project' && styles.project, !up && styles.stopped, LIGHT[node.light])}>
      {/* What is written is apart from what has the focus: its label says the same in words. */}
      <g {...nodeEvents(row.key, node)} aria-label={label} {...(kind === 'project' && { 'aria-expanded': !row.folded })} className={styles.node}>
        <title>{kind === 'project' ? row.label : containers[0]?.name}</title>
        <rect x={0} y={y - ROW / 2} width={Math.max(end, x + width)} height={ROW} className={styles.hit} />
        <rect x={x} y={y - BOX_HEIGHT / 2} width={width} height={BOX_HEIGHT} rx={5} className={styles.box} />
        <rect x={x - 2} y={y - BOX_HEIGHT / 2 - 2} width={width + 4} height={BOX_HEIGHT + 4} rx={7} className={styles.ring} />
      </g>
      <g aria-hidden="true" className={styles.words}>
        {ports.length > 0 && (
          <>
            <text x={PORTS_WIDTH} y={y + 4} textAnchor="end" className={styles.mono}>
              {clipped(ports.length > 1 ? `${ports[0]} +${ports.length - 1}` : (ports[0] ?? ''), 24)}
            </text>
            <path d={`M${PORTS_WIDTH + 8} ${y}H${x}`} className={styles.wire} />
          </>
        )}
        {end > 0 && <path d={`M${x + width} ${y}H${end}`} className={styles.wire} />}
        {kind === 'project' && <path d={row.folded ? `M${x + 8} ${y - 4}l4 4l-4 4` : `M${x + 6} ${y - 2}l4 4l4 -4`} className={styles.chevron} />}
        <svg x={x + (kind === 'project' ? 20 : 8)} y={y - 5} width={10} height={10}>
          <StatusDot tone={tone} />
        </svg>
        <text x={x + (kind === 'project' ? 36 : 24)} y={y + 4.5} className={cx(kind === 'project' && styles.strong, !up && styles.stoppedText)}>
          {clipped(row.label, Math.floor((width - (kind === 'project' ? 76 : 34)) / GLYPH))}
        </text>
        {kind === 'project' && (
          <text x={x + width - 8} y={y + 4} textAnchor="end" className={styles.dim}>
            {count}
          </text>
        )}
        {shares !== '' && (
          <text x={x + width + 12} y={y + 4} className={styles.faint}>
            {clipped(words.shares(shares), 40)}
          </text>
        )}
        {kind === 'container' && shares === '' && stops.length === 0 && (
          <text x={x + width + 12} y={y + 4} className={styles.faint}>
            {words.noNetwork}
          </text>
        )}
        {stops.map((stop) => (
          <g key={stop.network}>
            <circle cx={stop.x} cy={y} r={stop.up ? 5.5 : 4} className={cx(stop.up ? styles.stop : styles.stopDown, lit.has(stop.network) && styles.lit)} />
            {stop.address !== '' && (
              <text x={stop.x + 10} y={y - 4} className={styles.mono}>
                {clipped(stop.address, 19)}
              </text>
            )}
          </g>
        ))}
      </g>
    </g>
  );
});

function stateWord(row: MapRow): keyof typeof t.containers.states {
  const [container] = row.containers;
  if (!container) return 'exited';
  return container.state === 'exited' && container.exitCode !== 0 ? 'failed' : container.state;
}

/** The name of a network above its rail, in the room up to the next. */
export function RailHead({ rail, gap, ...node }: NodeProps & { readonly rail: Rail; readonly gap: number }): ReactElement {
  const { network, x } = rail;
  const subnet = network.subnets[0]?.subnet ?? '';
  const facts = [subnet || network.driver, ...(network.internal ? [words.internal] : [])].join(' · ');
  return (
    <g className={LIGHT[node.light]}>
      <g
        {...nodeEvents(networkTarget(network.id), node)}
        aria-label={words.railLabel(network.name, network.driver, subnet, network.members.length)}
        className={styles.node}
      >
        <title>{network.name}</title>
        <rect x={x - 10} y={8} width={gap - 4} height={40} rx={5} className={styles.hit} />
        <rect x={x - 10} y={8} width={gap - 6} height={40} rx={6} className={styles.ring} />
      </g>
      <g aria-hidden="true" className={styles.words}>
        <text x={x - 4} y={24} className={styles.strong}>
          {clipped(network.name, Math.floor(gap / GLYPH))}
        </text>
        <text x={x - 4} y={42} className={styles.faint}>
          {clipped(facts, Math.floor(gap / 6.4))}
        </text>
      </g>
    </g>
  );
}
