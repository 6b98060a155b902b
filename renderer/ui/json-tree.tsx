import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, Copy, Link2 } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useId, useMemo, useRef, useState } from 'react';
import { t } from '../strings/t.ts';
import { IconButton } from './button.tsx';
import { cx } from './class-names.ts';
import { type JsonNode, jsonNodes, valueText } from './json-nodes.ts';
import styles from './json-tree.module.css';
import { movedIndex } from './table-layout.ts';
import { visibleText } from './visible-text.ts';

const ROW = 22;

const copy = (text: string): void => void navigator.clipboard.writeText(text);
const copied = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

/** A document as a tree that can be searched and folded; works by keyboard like a file tree. */
export function JsonTree({ document, query }: { readonly document: unknown; readonly query: string }): ReactElement {
  const prefix = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string | null>(null);
  const nodes = useMemo(() => jsonNodes(document, query, closed, opened), [document, query, closed, opened]);
  const virtual = useVirtualizer({ count: nodes.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 12 });

  const fold = (node: JsonNode, open: boolean) => {
    const change = (held: ReadonlySet<string>, has: boolean) => {
      const next = new Set(held);
      if (has) next.add(node.path);
      else next.delete(node.path);
      return next;
    };
    setClosed((held) => change(held, !open));
    setOpened((held) => change(held, open));
  };
  const keyDown = (event: KeyboardEvent) => {
    const index = nodes.findIndex(({ path }) => path === active);
    const node = nodes[index];
    const moved = movedIndex(event.key, index, nodes.length, 15);
    if (moved !== null) {
      setActive(nodes[moved]?.path ?? null);
      virtual.scrollToIndex(moved);
    } else if (!node) return;
    else if (event.key === 'ArrowRight') fold(node, true);
    else if (event.key === 'ArrowLeft') fold(node, false);
    else if ((event.ctrlKey || event.metaKey) && event.key === 'c') copy(copied(node.value));
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroll}
      className={styles.tree}
      role="tree"
      aria-label={t.inspect.tree}
      aria-activedescendant={active === null ? undefined : `${prefix}${active}`}
      tabIndex={0}
      onKeyDown={keyDown}
    >
      <div className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const node = nodes[item.index];
          return (
            node && (
              <div
                key={node.path}
                id={`${prefix}${node.path}`}
                role="treeitem"
                aria-level={node.depth + 1}
                aria-expanded={node.children === null ? undefined : node.open}
                aria-selected={node.path === active}
                className={cx(styles.node, node.path === active && styles.active)}
                style={{ transform: `translateY(${item.start}px)`, paddingInlineStart: 8 + node.depth * 16 }}
                onClick={() => {
                  setActive(node.path);
                  if (node.children !== null) fold(node, !node.open);
                }}
              >
                <Line node={node} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function Line({ node }: { readonly node: JsonNode }): ReactElement {
  const { key, value, children, array, open, hit, path } = node;
  return (
    <>
      <span className={styles.chevron}>{children !== null && children > 0 && (open ? <ChevronDown /> : <ChevronRight />)}</span>
      <span className={cx(styles.key, hit && styles.hit)}>{visibleText(key)}</span>
      <span className={styles.colon}>:</span>
      {children !== null ? (
        <span className={styles.absent}>{open ? '' : array ? `[${children}]` : `{${children}}`}</span>
      ) : (
        <span
          className={cx(styles.value, value === null || value === '' ? styles.absent : typeof value === 'string' ? styles.string : styles.literal)}
          title={visibleText(valueText(value))}
        >
          {value === '' ? '""' : visibleText(valueText(value))}
        </span>
      )}
      <span className={styles.buttons} onClick={(event) => event.stopPropagation()}>
        <IconButton small tabIndex={-1} label={t.inspect.copyPath} onClick={() => copy(path)}>
          <Link2 />
        </IconButton>
        <IconButton small tabIndex={-1} label={t.inspect.copyValue} onClick={() => copy(copied(value))}>
          <Copy />
        </IconButton>
      </span>
    </>
  );
}
