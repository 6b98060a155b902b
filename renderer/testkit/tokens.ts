import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Red, green and blue from 0 to 1 before the curve of sRGB, and how much of them covers what is below. */
export interface Light {
  readonly rgb: readonly [number, number, number];
  readonly alpha: number;
}

export const THEMES = ['light', 'dark', 'contrast-light', 'contrast-dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The custom properties that hold in a theme, as the cascade of tokens.css leaves them. */
export function tokensOf(theme: Theme): ReadonlyMap<string, string> {
  const css = readFileSync(join(import.meta.dirname, '../ui/tokens.css'), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
  const found = new Map<string, string>();
  for (const [, selector = '', body = ''] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (selector.trim() !== ':root' && !selector.includes(`[data-theme="${theme}"]`)) continue;
    for (const [, name = '', value = ''] of body.matchAll(/(--[\w-]+):\s*([^;]+);/g)) found.set(name, value.trim());
  }
  return found;
}

/** `oklch(L C H / A)` as light; what lies outside of sRGB is cut as a screen cuts it (CSS Color 4, section 10). */
export function lightOf(value: string): Light {
  const match = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/.exec(value);
  if (!match) throw new Error(`not a colour: ${value}`);
  const [lightness = 0, chroma = 0, hue = 0] = match.slice(1, 4).map(Number);
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (part: number): number => Math.min(1, Math.max(0, part));
  return {
    rgb: [
      cut(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
      cut(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
      cut(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
    ],
    alpha: match[4] === undefined ? 1 : Number(match[4]),
  };
}

const curve = (part: number): number => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);
const straight = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

/** What is seen where `over` lies on `below`; browsers mix in sRGB as it is stored. */
export function laidOver(over: Light, below: Light): Light {
  const mix = (index: 0 | 1 | 2): number => straight(curve(over.rgb[index]) * over.alpha + curve(below.rgb[index]) * (1 - over.alpha));
  return { rgb: [mix(0), mix(1), mix(2)], alpha: 1 };
}

const luminance = ({ rgb: [red, green, blue] }: Light): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** From 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrast(one: Light, other: Light): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}
