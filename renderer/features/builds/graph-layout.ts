import type { BuildVertex } from '../../../runtime/api/types/build.ts';

export interface GraphNode {
  readonly index: number;
  readonly column: number;
  readonly row: number;
}

export interface GraphLayout {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly { readonly from: number; readonly to: number }[];
  readonly columns: number;
  readonly rows: number;
}

/** Each step to the right of all it needs; steps of one stage keep to one row where they can. */
export function graphLayout(vertices: readonly Pick<BuildVertex, 'stage' | 'inputs'>[]): GraphLayout {
  const column: number[] = [];
  // Inputs come before what needs them; an input that does not is left out.
  for (const [index, { inputs }] of vertices.entries())
    column[index] = Math.max(-1, ...inputs.filter((input) => input < index).map((input) => column[input] ?? 0)) + 1;
  const stages = [...new Set(vertices.map(({ stage }) => stage))];
  const firstRow = new Map(stages.map((stage, row) => [stage, row]));
  const taken = new Set<string>();
  let rows = 0;
  const nodes = vertices.map(({ stage }, index): GraphNode => {
    let row = firstRow.get(stage) ?? 0;
    while (taken.has(`${column[index]} ${row}`)) row++;
    taken.add(`${column[index]} ${row}`);
    rows = Math.max(rows, row + 1);
    return { index, column: column[index] ?? 0, row };
  });
  const edges = vertices.flatMap(({ inputs }, to) => inputs.filter((from) => from < to).map((from) => ({ from, to })));
  return { nodes, edges, columns: Math.max(0, ...column) + 1, rows };
}
