import type { Words } from '../words.ts';

export const columns: Words['columns'] = {
  choose: 'Elegir columnas',
  show: (name) => `Mostrar ${name}`,
  earlier: (name) => `Mover ${name} a la izquierda`,
  later: (name) => `Mover ${name} a la derecha`,

  reset: 'Como al principio',
};
