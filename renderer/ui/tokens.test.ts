import { describe, expect, it } from 'vitest';
import { contrast, laidOver, lightOf, THEMES, type Theme, tokensOf } from '../testkit/tokens.ts';

const SURFACES = ['surface-0', 'surface-1', 'surface-2', 'surface-float', 'surface-sunken', 'selected', 'hover', 'pressed'];
const ANSI = Array.from({ length: 15 }, (_, index) => `ansi-${index + 1}`);

/** Text, and what it is written on. */
const TEXT: readonly (readonly [texts: readonly string[], surfaces: readonly string[]])[] = [
  [['text', 'text-dim'], SURFACES],
  [
    ['text-faint', 'accent-ink'],
    ['surface-0', 'surface-1', 'surface-2', 'surface-float', 'surface-sunken', 'selected', 'hover'],
  ],
  [['danger'], ['surface-1', 'surface-2', 'surface-float']],
  [['accent-text'], ['accent', 'accent-hover']],
  [['danger-text'], ['danger', 'danger-hover']],
  [['text'], ['find', 'find-current', 'warning-soft', 'danger-soft', 'control-on']],
  [ANSI, ['surface-1']],
];

/** Signs and lines that say something by themselves: WCAG 1.4.11 asks for 3. */
const SIGNS = [
  'accent',
  'focus',
  'control-line',
  'danger',
  'series-1',
  'series-2',
  'series-3',
  'state-running',
  'state-exited',
  'state-failed',
  'state-starting',
];

/** The ratio of two tokens in a theme; what lets light through lies on a list. */
function ratio(theme: Theme, text: string, surface: string): number {
  const tokens = tokensOf(theme);
  const of = (name: string) => {
    const light = lightOf(tokens.get(`--${name}`) ?? '');
    return light.alpha === 1 ? light : laidOver(light, lightOf(tokens.get('--surface-1') ?? ''));
  };
  return contrast(of(text), of(surface));
}

const pairs = TEXT.flatMap(([texts, surfaces]) => texts.flatMap((text) => surfaces.map((surface) => [text, surface] as const)));

describe.each(THEMES)('%s', (theme) => {
  it.each(pairs)('%s can be read on %s', (text, surface) => expect(ratio(theme, text, surface)).toBeGreaterThanOrEqual(4.5));
  it.each(SIGNS)('%s can be seen on a list', (sign) => expect(ratio(theme, sign, 'surface-1')).toBeGreaterThanOrEqual(3));
});

describe.each(['contrast-light', 'contrast-dark'] as const)('%s', (theme) => {
  const texts = ['text', 'text-dim', 'text-faint', 'accent-ink'];
  it.each(texts)('%s stands out on a list', (text) => expect(ratio(theme, text, 'surface-1')).toBeGreaterThanOrEqual(7));
  it('has borders that can be seen', () => expect(ratio(theme, 'line', 'surface-1')).toBeGreaterThanOrEqual(3));
});

describe('contrast', () => {
  it('is that of WCAG', () => {
    expect(contrast(lightOf('oklch(1 0 0)'), lightOf('oklch(0 0 0)'))).toBeCloseTo(21, 5);
    // #777 on white is the known near miss of AA.
    expect(contrast(lightOf('oklch(0.5693 0 0)'), lightOf('oklch(1 0 0)'))).toBeCloseTo(4.48, 1);
  });
  it('counts what shines through', () => {
    const half = laidOver({ ...lightOf('oklch(0 0 0)'), alpha: 0.5 }, lightOf('oklch(1 0 0)'));
    expect(contrast(half, lightOf('oklch(1 0 0)'))).toBeCloseTo(3.95, 1);
  });
});
