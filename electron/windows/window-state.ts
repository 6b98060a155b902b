import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomically } from '../settings/store.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface WindowState {
  /** Null: where the system puts it. */
  readonly bounds: Rectangle | null;
  readonly maximized: boolean;
}

export const DEFAULT_SIZE = { width: 1280, height: 800 } as const;
export const MINIMUM_SIZE = { width: 720, height: 480 } as const;
/** How much of a window has to be on a display for people to find it, in pixels each way. */
const VISIBLE = 100;

const side = z.number().int().min(-100_000).max(100_000);
const stateSchema = z.object({ bounds: z.object({ x: side, y: side, width: side, height: side }).nullable(), maximized: z.boolean() });
const NONE: WindowState = { bounds: null, maximized: false };

/** Bounds that can be seen on one of `displays`; null when they cannot. */
export function fitBounds(bounds: Rectangle, displays: readonly Rectangle[]): Rectangle | null {
  const width = Math.max(bounds.width, MINIMUM_SIZE.width);
  const height = Math.max(bounds.height, MINIMUM_SIZE.height);
  const seen = displays.some((area) => {
    const across = Math.min(bounds.x + width, area.x + area.width) - Math.max(bounds.x, area.x);
    const down = Math.min(bounds.y + height, area.y + area.height) - Math.max(bounds.y, area.y);
    return across >= VISIBLE && down >= VISIBLE && bounds.y >= area.y;
  });
  return seen ? { x: bounds.x, y: bounds.y, width, height } : null;
}

/** The state as it was left, made to fit the displays there are now. A file that cannot be understood counts as none. */
export async function readWindowState(path: string, displays: readonly Rectangle[]): Promise<WindowState> {
  try {
    const { bounds, maximized } = stateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return { bounds: bounds && fitBounds(bounds, displays), maximized };
  } catch {
    return NONE;
  }
}

export async function writeWindowState(path: string, state: WindowState): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(state)}\n`);
}
