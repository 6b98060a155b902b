import type { BuildView, BuildWarning } from '../../../runtime/api/types/build.ts';
import { stepName, stepState } from './timeline.ts';

export interface DockerfileLine {
  readonly number: number;
  readonly text: string;
  readonly failed: boolean;
  /** It begins an instruction; else it continues one, or is a comment. */
  readonly begins: boolean;
  readonly warnings: readonly BuildWarning[];
}

const squeezed = (text: string): string =>
  text
    .replace(/\\\s*\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Line on which the build failed; 0: it did not, or nobody can tell. */
export function failingLine(view: BuildView): number {
  const place = /\([^()\s]+:(\d+):\d+\)/.exec(view.error);
  if (place) return Number(place[1]);
  const vertex = view.vertices.find((one) => stepState(one, view.status === 'running') === 'failed');
  if (!vertex) return 0;
  const wanted = squeezed(stepName(vertex).name);
  const lines = view.dockerfile.split('\n');
  // An instruction may run over several lines: the one where it begins is meant.
  for (const [index, line] of lines.entries()) {
    const first = squeezed(line.replace(/\\\s*$/, ''));
    if (first !== '' && wanted.startsWith(first) && squeezed(lines.slice(index).join('\n')).startsWith(wanted)) return index + 1;
  }
  return lines.findIndex((line) => squeezed(line) !== '' && wanted.startsWith(squeezed(line.replace(/\\\s*$/, '')))) + 1;
}

export function dockerfileLines(view: BuildView): readonly DockerfileLine[] {
  const failed = failingLine(view);
  const byLine = new Map<number, BuildWarning[]>();
  for (const warning of view.warnings) byLine.set(warning.line, [...(byLine.get(warning.line) ?? []), warning]);
  const lines = view.dockerfile.replace(/\n$/, '').split('\n');
  let continued = false;
  return lines.map((text, index) => {
    const isComment = /^\s*#/.test(text);
    const begins = !continued && !isComment;
    if (!isComment) continued = /\\\s*$/.test(text);
    return { number: index + 1, text, failed: index + 1 === failed, begins, warnings: byLine.get(index + 1) ?? [] };
  });
}
