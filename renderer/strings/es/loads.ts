import { listed } from '../format.ts';
import type { Words } from '../words.ts';

export const loads: Words['loads'] = {
  label: 'Archivos de imagen que se cargan',
  waiting: 'En espera',
  sending: 'Enviando',
  progressOf: (current, total) => `${current} de ${total}`,
  done: (names) => (names.length === 0 ? 'Cargada' : `Se cargó ${listed(names)}`),
  failed: 'No se cargó',
  canceled: 'Cancelado; no se guardó nada',
  cancel: (name) => `Cancelar la carga de ${name}`,
  progress: (name) => `Cargando ${name}`,
  run: 'Ejecutar',
};
