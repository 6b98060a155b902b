import type { Words } from '../words.ts';

export const stats: Words['stats'] = {
  cpu: 'CPU',
  memory: 'Memoria',
  network: 'Red',
  block: 'Disco',
  pids: 'Procesos',
  received: 'Recibido',
  sent: 'Enviado',
  read: 'Leído',
  written: 'Escrito',
  used: 'Usado',
  number: 'Número',
  limit: (text) => `límite ${text}`,
  now: 'ahora',
  range: 'Intervalo',
  ranges: { '300': '5 min', '1800': '30 min', '3600': '1 h' },
  emptyTitle: 'Sin mediciones',
  emptyStopped: 'Un contenedor detenido no consume nada. Cuando esté en marcha, aquí se ven CPU, memoria, red y disco.',
  emptyRunning: 'La primera medición llega en uno o dos segundos.',
};
