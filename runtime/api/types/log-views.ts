import type { LineWindow, LogGrowth, LogHits, ViewedLine } from '../../container/logs/view/log-views.ts';

/** `GET /slipway/v1/logs/lines`. */
export type LogLinesAnswer = LineWindow;
export type LogLine = ViewedLine;

/** `GET /slipway/v1/logs/follow`: one a line, the first at once. */
export type LogFollowMessage = LogGrowth;

export type LogSearchHits = LogHits;

/** `GET /slipway/v1/logs/search`: one a line; the last one says that all was searched, or why it was not. */
export type LogSearchMessage = LogSearchHits | { readonly done: true; readonly count: number; readonly milliseconds: number } | { readonly error: string };

/** `GET /slipway/v1/containers/{name}/log`: what the log takes on the disk; `DELETE`: what it took before it was emptied. */
export interface LogSizeAnswer {
  readonly bytes: number;
}
