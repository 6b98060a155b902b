import type { TransferProgress } from '../image/image-service.ts';
import type { ContextSource } from './build-service.ts';
import type { BuildSecrets } from './executor.ts';
import type { Tree } from './graph.ts';

/** Files of a client, unpacked for one build. Disposing of them deletes what was made for it. */
export interface ReceivedContext extends AsyncDisposable {
  readonly tree: Tree & { readonly kind: 'directory' };
  /** Where the source was a lone Dockerfile: its name in the tree, whatever the request says. */
  readonly loneDockerfile?: string;
  /** Of its files, as far as that is known. */
  readonly bytes?: number;
  /** What has been left out by its .dockerignore; absent: nothing. */
  readonly ignored?: readonly string[];
}

export interface ReceiveOptions {
  readonly signal: AbortSignal;
  /** The Dockerfile's path in the context: `<it>.dockerignore` goes before `.dockerignore`, and both stay readable whatever they exclude. */
  readonly dockerfile?: string;
  /** Whose record in the history it is for; what is kept goes with the last of these. */
  readonly build?: string;
  /** Logins of private repositories are among them. */
  readonly secrets?: Pick<BuildSecrets, 'secret'>;
  /** Of what the engine itself fetches. */
  readonly onProgress?: (progress: TransferProgress) => void;
}

/** Brings contexts beneath `<root>/build/`. What an engine that died has left there is gone once this exists. */
export interface BuildContexts {
  /**
   * Throws InvalidArgument for a malformed archive or address, TooLarge past a limit, Unsupported for a compression that is not known,
   * Unavailable when an address does not answer, the reason of `signal`. Nothing is left after a failure.
   */
  receive(source: ContextSource, options: ReceiveOptions): Promise<ReceivedContext>;
  /** A file of a tree, links on the way resolved inside of it; undefined where there is none. TooLarge past `limit` bytes. */
  read(tree: Tree & { readonly kind: 'directory' }, path: string, limit: number): Promise<Buffer | undefined>;
  /** Deletes what git and http operations have brought for `StepSettings.buildId`. Idempotent. */
  release(buildId: string): void;
}
