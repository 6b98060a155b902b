import { Columns2, FoldVertical, Maximize2, Table2, UnfoldVertical, Waypoints, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactElement, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { useEngine, useUiState } from '../../stores/services.tsx';
import { t } from '../../strings/t.ts';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/class-names.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from './map.module.css';
import { BOX_X, foldedAtFirst, layOut, type NetworkMap, PORTS_WIDTH, projectKey, ROW } from './map-layout.ts';
import { filteredContainers, litBy, networkIdOf, networkTarget, sentenceFor, type Target } from './map-model.ts';
import { movedTarget } from './map-moves.ts';
import { HEAD, type Light, RailHead, RowNode } from './map-parts.tsx';
import { MapTable } from './map-table.tsx';

const words = t.networkMap;
const ZOOMS = [0.35, 0.5, 0.65, 0.8, 1, 1.25, 1.6, 2] as const;
/** Rows beyond the window that are drawn, so that a quick scroll shows no gap. */
const BEYOND = 12;
const NOBODY: ReadonlySet<string> = new Set();

/** Networks, containers and published ports as a picture; the same facts as a table for those who cannot use it. */
export function NetworkMapView({ selected }: { readonly selected: string | null }): ReactElement {
  const containers = useEngine((state) => state.containers);
  const networksById = useEngine((state) => state.networks);
  const filter = useUiState((state) => state.filters.networks);
  const [folded, setFolded] = useState(() => foldedAtFirst(containers));
  const [asTable, setAsTable] = useState(false);
  const networks = useMemo(() => [...networksById.values()], [networksById]);
  const shown = useMemo(() => filteredContainers(containers.values(), networks, filter), [containers, networks, filter]);
  const projects = useMemo(() => new Set(shown.map(({ labels }) => labels['com.docker.compose.project'] ?? '').filter(Boolean)), [shown]);
  if (shown.length === 0)
    return filter === '' ? (
      <EmptyState icon={<Waypoints />} title={words.empty} text={words.emptyText} />
    ) : (
      <EmptyState icon={<Waypoints />} title={words.noMatch} />
    );
  const allFolded = [...projects].every((project) => folded.has(projectKey(project)));
  const tools = (
    <>
      {projects.size > 0 && !asTable && (
        <IconButton
          small
          label={allFolded ? words.unfoldAll : words.foldAll}
          onClick={() => setFolded(allFolded ? new Set() : new Set([...projects].map(projectKey)))}
        >
          {allFolded ? <UnfoldVertical /> : <FoldVertical />}
        </IconButton>
      )}
      <IconButton small label={asTable ? words.asPicture : words.asTable} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
        {asTable ? <Columns2 /> : <Table2 />}
      </IconButton>
    </>
  );
  if (asTable) return <MapTable containers={shown} networks={networks} tools={tools} />;
  const fold = (key: string) => {
    const next = new Set(folded);
    if (!next.delete(key)) next.add(key);
    setFolded(next);
  };
  return <Picture containers={shown} networks={networks} folded={folded} selected={selected} onFold={fold} tools={tools} />;
}

interface PictureProps {
  readonly containers: readonly ContainerRow[];
  readonly networks: readonly NetworkRow[];
  readonly folded: ReadonlySet<string>;
  /** Id of the network whose details are open. */
  readonly selected: string | null;
  readonly onFold: (key: string) => void;
  readonly tools: ReactElement;
}

function Picture({ containers: shown, networks, folded, selected, onFold, tools }: PictureProps): ReactElement {
  const [, navigate] = useLocation();
  const containers = useEngine((state) => state.containers);
  const networksById = useEngine((state) => state.networks);
  const scroller = useRef<HTMLDivElement>(null);
  const room = useRoom(scroller);
  const map = useMemo(() => layOut(shown, networks, { folded, room }), [shown, networks, folded, room]);
  const [zoom, setZoom] = useState(1);
  const [pointed, setPointed] = useState<Target | null>(null);
  const [current, setCurrent] = useState<Target | null>(null);
  const [view, setView] = useState({ top: 0, height: 2000 });
  const drag = useDrag(scroller);

  const target = pointed ?? (selected === null ? null : networkTarget(selected));
  const lit = useMemo(() => (target === null ? null : litBy(target, map, networks)), [target, map, networks]);
  const nameOf = (id: string) => containers.get(id)?.name ?? id.slice(0, 12);
  const sentence = target === null ? null : sentenceFor(target, map, networks, nameOf);
  const stop = current !== null && has(map, current) ? current : (map.rows[0]?.key ?? null);
  const light = (key: Target, near: boolean): Light => (lit === null ? 'none' : key === target ? 'chosen' : near ? 'near' : 'far');

  const open = (one: Target) => {
    if (drag.moved()) return;
    const network = networkIdOf(one);
    if (network !== null) navigate(`/networks/${network}`);
    else if (one.startsWith('project:')) onFold(one);
    else navigate(`/containers/${one}`);
  };
  const key = (event: KeyboardEvent, one: Target) => {
    if (event.key === 'Enter' || event.key === ' ') open(one);
    else {
      const move = movedTarget(event.key, one, map);
      if (move === null) return;
      if ('fold' in move) onFold(move.fold);
      else {
        setCurrent(move.to);
        scroller.current?.querySelector<SVGElement>(`[data-target="${CSS.escape(move.to)}"]`)?.focus();
      }
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const node = (one: Target, near: boolean) => ({ light: light(one, near), current: one === stop, onPoint: setPointed, onOpen: open, onKey: key });
  const step = (by: number) => setZoom((held) => ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, ZOOMS.findIndex((one) => one >= held - 0.001) + by))] ?? 1);
  const fit = () => {
    const { clientWidth = 0, clientHeight = 0 } = scroller.current ?? {};
    setZoom(Math.max(0.35, Math.min(1, clientWidth / map.width, (clientHeight - HEAD) / map.height)));
  };
  const first = view.top / zoom / ROW - BEYOND;
  const last = (view.top + view.height) / zoom / ROW + BEYOND;
  const rows = map.rows.filter((_, index) => index >= first && index <= last);

  return (
    <div className={styles.area}>
      <div
        ref={scroller}
        className={styles.scroll}
        role="group"
        aria-label={words.title}
        onScroll={({ currentTarget: { scrollTop, clientHeight } }) => setView({ top: scrollTop, height: clientHeight })}
        onWheel={(event) => {
          if (event.ctrlKey || event.metaKey) step(event.deltaY < 0 ? 1 : -1);
        }}
        {...drag.handlers}
      >
        <div className={styles.head}>
          <svg width={map.width * zoom} height={HEAD * zoom} viewBox={`0 0 ${map.width} ${HEAD}`} aria-hidden={false}>
            <text x={PORTS_WIDTH} y={24} textAnchor="end" className={styles.dim}>
              {words.ports}
            </text>
            <text x={BOX_X} y={24} className={styles.dim}>
              {words.containers}
            </text>
            {map.rails.map((rail) => {
              const { id } = rail.network;
              return <RailHead key={id} rail={rail} gap={map.railGap} {...node(networkTarget(id), lit?.networks.has(id) ?? false)} />;
            })}
          </svg>
        </div>
        <svg className={styles.body} width={map.width * zoom} height={map.height * zoom} viewBox={`0 0 ${map.width} ${map.height}`}>
          {map.rails.map(({ network, x, bottom }) => {
            const isLit = lit?.networks.has(network.id) ?? false;
            return (
              <path
                key={network.id}
                d={`M${x} 0V${bottom}`}
                className={cx(styles.rail, network.internal && styles.internal, isLit && styles.lit, lit !== null && !isLit && styles.far)}
              />
            );
          })}
          {rows.map((row) => (
            <RowNode
              key={row.key}
              row={row}
              box={map.box}
              lit={lit?.networks ?? NOBODY}
              networkNames={row.stops.flatMap(({ network }) => networksById.get(network)?.name ?? [])}
              {...node(row.key, lit?.rows.has(row.key) ?? false)}
            />
          ))}
        </svg>
      </div>
      <div className={styles.foot}>
        <p className={styles.sentence} title={sentence?.[1]}>
          {sentence ? (
            <>
              <strong>{sentence[0]}</strong> {sentence[1]}
            </>
          ) : (
            [words.hint, ...(map.unused > 0 ? [words.unused(map.unused)] : [])].join(' · ')
          )}
        </p>
        <div className={styles.tools}>
          <IconButton small label={words.zoomOut} onClick={() => step(-1)}>
            <ZoomOut />
          </IconButton>
          <IconButton small label={words.zoomIn} onClick={() => step(1)}>
            <ZoomIn />
          </IconButton>
          <IconButton small label={words.fit} onClick={fit}>
            <Maximize2 />
          </IconButton>
          {tools}
        </div>
      </div>
    </div>
  );
}

const has = (map: NetworkMap, target: Target): boolean =>
  map.rows.some(({ key }) => key === target) || map.rails.some(({ network }) => networkTarget(network.id) === target);

/** Pixels from side to side, followed. */
function useRoom(scroller: { readonly current: HTMLDivElement | null }): number {
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setRoom(element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [scroller]);
  return room;
}

const DRAG_FROM = 4;

/** The picture follows the pointer while a button is held; a drag is not a click. */
function useDrag(scroller: { readonly current: HTMLDivElement | null }) {
  const held = useRef<{ readonly x: number; readonly y: number; readonly left: number; readonly top: number } | null>(null);
  const wasMoved = useRef(false);
  return {
    moved: () => wasMoved.current,
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        const element = scroller.current;
        wasMoved.current = false;
        if (event.button === 0 && element) held.current = { x: event.clientX, y: event.clientY, left: element.scrollLeft, top: element.scrollTop };
      },
      onPointerMove: (event: PointerEvent) => {
        const element = scroller.current;
        if (!held.current || !element || event.buttons === 0) return;
        const [dx, dy] = [event.clientX - held.current.x, event.clientY - held.current.y];
        if (Math.hypot(dx, dy) < DRAG_FROM) return;
        wasMoved.current = true;
        element.scrollTo(held.current.left - dx, held.current.top - dy);
      },
      onPointerUp: () => {
        held.current = null;
      },
    },
  };
}
