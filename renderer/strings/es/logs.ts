import { count, thousands } from '../format.ts';
import type { Words } from '../words.ts';

export const logs: Words['logs'] = {
  label: 'Registro',
  find: 'Buscar en el registro',
  matches: (at, of) => `${thousands(at)} de ${thousands(of)}`,
  noMatches: 'Sin coincidencias',
  next: 'Coincidencia siguiente',
  previous: 'Coincidencia anterior',
  times: 'Mostrar las horas',
  wrap: 'Ajustar las líneas',
  copy: 'Copiar el registro',
  download: 'Descargar el registro',
  clear: 'Vaciar la vista',
  emptyRunning: 'Aún no hay salida',
  emptyRunningText: 'Aquí aparece lo que el contenedor escribe en su salida.',
  emptyStopped: 'Sin salida',
  emptyStoppedText: 'El contenedor no escribió nada en su salida.',
  paused: (number) => (number === 0 ? 'En pausa: últimas líneas ↓' : `En pausa: ${count(number, 'línea nueva', 'líneas nuevas')} ↓`),
  failed: 'El registro se interrumpió',
  stderr: 'salida de errores',
  lines: (number) => count(number, 'línea', 'líneas'),
};
