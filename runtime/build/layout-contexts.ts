import { EngineError } from '../base/errors.ts';
import { LAYOUT_SCHEME, type LayoutChoice, parseLayoutAddress } from '../formats/oci/layout.ts';
import type { ReceivedContext } from './context.ts';

/** A named context that is an image layout. */
export interface LayoutContext {
  readonly directory: string;
  readonly choice: LayoutChoice;
  /** As the client wrote it. */
  readonly address: string;
}

export interface ContextsOfPlan {
  /** What each name means to a plan. */
  readonly named: Readonly<Record<string, string>>;
  /** By what a plan calls them as images. */
  readonly layouts: ReadonlyMap<string, LayoutContext>;
}

/** Stands for files that were sent ahead. */
const SENT = 'sent:';

/** Puts what was sent ahead beside what a request names: a directory that the request calls a layout is an image, any other is files. Throws InvalidArgument, Unsupported. */
export function contextsOfPlan(asked: Readonly<Record<string, string>>, sent: ReadonlyMap<string, ReceivedContext>): ContextsOfPlan {
  for (const [name, address] of Object.entries(asked)) {
    if (!address.startsWith(LAYOUT_SCHEME) || sent.has(name)) continue;
    const hint = 'a layout lies with the client, who sends its directory ahead of the build (PUT /slipway/v1/builds/{id}/contexts)';
    throw new EngineError('Unsupported', `the context ${JSON.stringify(name)}: ${hint}`);
  }
  const named: Record<string, string> = { ...asked };
  const layouts = new Map<string, LayoutContext>();
  for (const [name, { tree }] of sent) {
    const address = named[name] ?? '';
    if (!address.startsWith(LAYOUT_SCHEME)) {
      named[name] = SENT;
      continue;
    }
    const { path: _, ...choice } = parseLayoutAddress(address);
    // No two contexts of a build have one name, two may have one address.
    named[name] = `${LAYOUT_SCHEME}${name}`;
    layouts.set(named[name], { directory: tree.path, choice, address });
  }
  return { named, layouts };
}
