import Anser from 'anser';

export interface Span {
  readonly text: string;
  /** A palette number 0-15, a CSS colour, or nothing. */
  readonly color?: number | string;
  readonly background?: number | string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

// ECMA-48: control strings (OSC, DCS, PM, APC, SOS) up to ST or BEL, CSI other than SGR, two-byte escapes, and lone control characters.
const STRINGS = /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)/g;
const CSI = /\x1b\[[0-?]*[ -/]*(?:[@-ln-~]|$)/g;
const ESCAPES = /\x1b(?!\[)[ -/]*[0-~]?/g;
const CONTROLS = /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]/g;
const SGR = /\x1b\[[0-9;:]*m/g;

/** Leaves colours and text. A carriage return overwrites the line, as it does in a terminal. Output of containers is hostile. */
function tamed(line: string): string {
  const shown = line.endsWith('\r') ? line.slice(0, -1) : line;
  const last = shown.slice(shown.lastIndexOf('\r') + 1);
  return last.replace(STRINGS, '').replace(CSI, '').replace(ESCAPES, '').replace(CONTROLS, '');
}

/** The text alone, as it is searched and copied. */
export const plainText = (line: string): string => tamed(line).replace(SGR, '');

function colour(name: string | null | undefined, trueColour: string | null | undefined): number | string | undefined {
  if (!name) return undefined;
  if (name === 'ansi-truecolor') return trueColour ? `rgb(${trueColour})` : undefined;
  const palette = /^ansi-palette-(\d+)$/.exec(name);
  if (palette) return paletteColour(Number(palette[1]));
  const bright = name.startsWith('ansi-bright-');
  const index = NAMES.indexOf(name.slice(bright ? 12 : 5));
  return index < 0 ? undefined : index + (bright ? 8 : 0);
}

/** xterm's 256 colours: 16 of the theme, a 6×6×6 cube, 24 greys. */
function paletteColour(index: number): number | string {
  if (index < 16) return index;
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + (index - 232) * 10)
      .join(', ')})`;
  const at = index - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return `rgb(${level(Math.floor(at / 36))}, ${level(Math.floor(at / 6) % 6)}, ${level(at % 6)})`;
}

/** One line of output as coloured pieces. */
export function parseAnsi(line: string): readonly Span[] {
  const text = tamed(line);
  if (!text.includes('\x1b')) return text === '' ? [] : [{ text }];
  return Anser.ansiToJson(text, { json: true, use_classes: true, remove_empty: true }).map((part): Span => {
    const has = (decoration: Anser.DecorationName) => part.decorations.includes(decoration);
    const front = colour(part.fg, part.fg_truecolor);
    const back = colour(part.bg, part.bg_truecolor);
    const [color, background] = has('reverse') ? [back ?? 0, front ?? 7] : [front, back];
    return {
      text: part.content,
      ...(color !== undefined && { color }),
      ...(background !== undefined && { background }),
      ...(has('bold') && { bold: true }),
      ...(has('dim') && { dim: true }),
      ...(has('italic') && { italic: true }),
      ...(has('underline') && { underline: true }),
    };
  });
}

export interface Piece extends Span {
  readonly hit: boolean;
  /** Address of the web page that the piece names. */
  readonly link?: string;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** At most so many hits of one line are marked. */
const MOST_HITS = 1000;
const LINK = /\bhttps?:\/\/[^\s"'<>\x60\\^{|}]+/g;
/** What ends a sentence or closes a bracket is not part of an address. */
const AFTER_LINK = /[.,;:!?)\]]+$/;

/** Cuts spans where the occurrences of `query` begin and end, and where addresses of web pages do; either may run over several spans. */
export function markHits(spans: readonly Span[], query: string | RegExp): readonly Piece[] {
  const whole = spans.map(({ text }) => text).join('');
  const hits = hitsIn(whole, query);
  const links = whole.includes('://') ? linksIn(whole) : [];
  if (hits.length === 0 && links.length === 0) return spans.map((span) => ({ ...span, hit: false }));
  const cuts = [...hits, ...links].flatMap(({ from, to }) => [from, to]).sort((left, right) => left - right);
  const pieces: Piece[] = [];
  let offset = 0;
  for (const span of spans) {
    const end = offset + span.text.length;
    const inside = [...new Set([offset, ...cuts.filter((cut) => cut > offset && cut < end), end])];
    for (let index = 0; index + 1 < inside.length; index++) {
      const from = inside[index] ?? 0;
      const to = inside[index + 1] ?? 0;
      const link = links.find((one) => one.from <= from && from < one.to)?.address;
      const hit = hits.some((one) => one.from <= from && from < one.to);
      pieces.push({ ...span, text: span.text.slice(from - offset, to - offset), hit, ...(link !== undefined && { link }) });
    }
    offset = end;
  }
  return pieces;
}

function hitsIn(whole: string, query: string | RegExp): readonly Stretch[] {
  if (query === '') return [];
  const hits: Stretch[] = [];
  if (typeof query === 'string') {
    const text = whole.toLowerCase();
    const needle = query.toLowerCase();
    for (let at = text.indexOf(needle); at >= 0 && hits.length < MOST_HITS; at = text.indexOf(needle, at + needle.length)) {
      hits.push({ from: at, to: at + needle.length });
    }
    return hits;
  }
  for (const match of whole.matchAll(query)) {
    if (match[0] !== '') hits.push({ from: match.index, to: match.index + match[0].length });
    if (hits.length === MOST_HITS) break;
  }
  return hits;
}

function linksIn(whole: string): readonly (Stretch & { readonly address: string })[] {
  return [...whole.matchAll(LINK)].flatMap(({ 0: found, index }) => {
    const text = found.replace(AFTER_LINK, '');
    const url = URL.parse(text);
    return url === null || url.username !== '' ? [] : [{ from: index, to: index + text.length, address: url.href }];
  });
}
