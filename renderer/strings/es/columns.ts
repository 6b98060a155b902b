import type { Words } from '../words.ts';

export const columns: Words['columns'] = {
  choose: 'Elegir columnas',
  show: (name) => `Mostrar ${name}`,
  earlier: (name) => `Mover ${name} a la izquierda`,
  later: (name) => `Mover ${name} a la derecha`,
  width: (name) => `Ancho de ${name}`,
  reset: 'Como al principio',
};
