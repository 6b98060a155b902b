import { type ReactElement, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { cx } from './class-names.ts';
import { type Cut, cutMiddle } from './middle-cut.ts';
import styles from './middle-text.module.css';

/** Half a pixel more than the room is no more: widths are rounded. */
const SLACK = 0.5;
/** What the sign may need beside its own width, as letters next to it are set wider or closer. */
const KERNING = 2;
const signs = new Map<string, number>();
let canvas: CanvasRenderingContext2D | null = null;

/** Pixels of the sign that stands for what is left out. */
function signWidth(font: string): number {
  const known = signs.get(font);
  if (known !== undefined) return known;
  canvas ??= document.createElement('canvas').getContext('2d');
  if (canvas) canvas.font = font;
  const width = Math.ceil(canvas?.measureText('…').width ?? 12) + KERNING;
  signs.set(font, width);
  return width;
}

/** A place in the text below `whole`, which may be in several nodes. */
function placeIn(whole: HTMLElement, at: number): readonly [Node, number] {
  const nodes = document.createTreeWalker(whole, NodeFilter.SHOW_TEXT);
  let rest = at;
  for (let node = nodes.nextNode(); node !== null; node = nodes.nextNode()) {
    const length = node.nodeValue?.length ?? 0;
    if (rest <= length) return [node, rest];
    rest -= length;
  }
  return [whole, whole.childNodes.length];
}

/** What is shown in place of the whole text of `whole`; null: there is room for it. */
function cutOf(whole: HTMLElement): Cut | null {
  const text = whole.textContent;
  const room = whole.getBoundingClientRect().width;
  if (text === '' || room === 0) return null;
  const range = document.createRange();
  const widthOf = (from: number, to: number): number => {
    range.setStart(...placeIn(whole, from));
    range.setEnd(...placeIn(whole, to));
    return range.getBoundingClientRect().width;
  };
  if (widthOf(0, text.length) <= room + SLACK) return null;
  const zoom = whole.offsetWidth > 0 ? room / whole.offsetWidth : 1;
  return cutMiddle(text, room, signWidth(getComputedStyle(whole).font) * zoom, widthOf);
}

const shown = new Map<Element, (cut: Cut | null) => void>();

/** All cuts are measured before the first is drawn, so that the page is laid out once; drawn in the same frame, so that none flashes. */
function cutAll(elements: Iterable<Element>): void {
  const cuts = [...elements].flatMap((element) => {
    const show = shown.get(element);
    return show && element instanceof HTMLElement ? [[show, cutOf(element)] as const] : [];
  });
  flushSync(() => {
    for (const [show, cut] of cuts) show(cut);
  });
}

/** One for the whole window: rows come and go with every frame of scrolling. */
let observer: ResizeObserver | null = null;

function follow(element: Element, show: (cut: Cut | null) => void): () => void {
  if (observer === null) {
    observer = new ResizeObserver((entries) => cutAll(entries.map(({ target }) => target)));
    document.fonts.addEventListener('loadingdone', () => {
      signs.clear();
      cutAll(shown.keys());
    });
  }
  shown.set(element, show);
  observer.observe(element);
  return () => {
    shown.delete(element);
    observer?.unobserve(element);
  };
}

export interface MiddleTextProps {
  readonly text: string;
  readonly className?: string | undefined;
  /** On hover; absent: the text. */
  readonly hint?: string;
  /** How a part of the text is shown that begins at `from`, where not all of it looks the same; it keeps every character. */
  readonly part?: (text: string, from: number) => ReactNode;
}

const plain = (text: string): ReactNode => text;

/**
 * A line that loses its middle when there is no room, as names and references differ at both ends. The whole of it on hover, for screen
 * readers, and where it is selected and copied: it lies unseen below what is shown.
 */
export function MiddleText({ text, className, hint = text, part = plain }: MiddleTextProps): ReactElement {
  const whole = useRef<HTMLSpanElement>(null);
  const [cut, setCut] = useState<Cut | null>(null);
  // Another text is measured anew, as the room alone does not tell.
  useLayoutEffect(() => (whole.current && text !== '' ? follow(whole.current, setCut) : undefined), [text]);
  return (
    <span className={cx(styles.text, className)} title={hint}>
      <span ref={whole} className={cx(styles.whole, cut !== null && styles.unseen)}>
        {part(text, 0)}
      </span>
      {cut !== null && (
        <span className={styles.cut} aria-hidden="true">
          {part(cut.head, 0)}…{part(cut.tail, text.length - cut.tail.length)}
        </span>
      )}
    </span>
  );
}
