export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Structured logging; the daemon decides where lines go. Never pass secrets or environment variables. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

const ORDER: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** One JSON object a line to `write`, levels below `level` dropped. */
export function createLogger(level: LogLevel, write: (line: string) => void): Logger {
  const at =
    (lineLevel: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      if (ORDER[lineLevel] < ORDER[level]) return;
      write(`${JSON.stringify({ time: new Date().toISOString(), level: lineLevel, message, ...fields })}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Says nothing; for tests and short-lived tools. */
export const silentLogger: Logger = createLogger('error', () => undefined);
