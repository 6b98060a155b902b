import type { Words } from '../words.ts';

export const engine: Words['engine'] = {
  name: 'Motor',
  running: 'En marcha',
  starting: 'Iniciando',
  connecting: 'Conectando',
  reconnecting: 'Reconectando',
  stopped: 'Detenido',
  failed: 'Fallido',
  restart: 'Iniciar el motor',
  restartFailed: 'No se inició el motor',
  downTitle: 'El motor no está en marcha',
  downText: 'Los contenedores en marcha siguen sin él. Hace falta para verlos y gestionarlos.',
  stale: 'El motor no responde. Este es el último estado conocido.',
  unread: 'No se pudo leer lo que tiene el motor',
  startingText: 'El motor se está iniciando.',
  socket: (path) => `Socket ${path}`,
};
