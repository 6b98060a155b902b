import type { Words } from '../words.ts';

export const terminal: Words['terminal'] = {
  label: 'Terminal',
  shell: 'Shell',
  start: 'Nueva sesión',
  ended: (code) => `La sesión terminó con el código ${code}.`,
  broken: 'La sesión se interrumpió',
  stopped: 'El contenedor no está en marcha',
  stoppedText: 'Un terminal necesita un contenedor en marcha.',
  noShell: 'No hay shell en esta imagen',
  noShellText: 'No contiene ninguna de las shells habituales. Una orden propia se ejecuta con el cliente docker: exec.',
  looking: 'Buscando una shell',
  failed: 'No se pudieron consultar las shells',
  host: 'Terminal del equipo',
  hostNote: 'DOCKER_HOST es este motor',
  hide: 'Ocultar el terminal',
};
