import type { LineWindow, LogGrowth, LogHits, ViewedLine } from '../../container/logs/view/log-views.ts';

/** `GET /slipway/v1/logs/lines`. */
export type LogLinesAnswer = LineWindow;
export type LogLine = ViewedLine;

/** `GET /slipway/v1/logs/follow`: one a line, the first at once. */
export type LogFollowMessage = LogGrowth;

/** `GET /slipway/v1/logs/search`: one a line; the last one says that all was searched, or why it was not. */
export type LogSearchMessage = LogHits | { readonly done: true; readonly count: number; readonly milliseconds: number } | { readonly error: string };
