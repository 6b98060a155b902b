import { count } from '../format.ts';
import type { Words } from '../words.ts';

export const palette: Words['palette'] = {
  title: 'Búsqueda',
  label: 'Buscar objetos, acciones y líneas de registro',
  logLines: 'Líneas de registro',
  results: 'Resultados',
  empty: 'Nada con ese nombre',
  container: 'Contenedor',
  image: 'Imagen',
  actions: 'Acciones',
  recent: 'Recientes',
  count: (number) => count(number, 'resultado', 'resultados'),
  commandsOf: (name) => `Qué hacer con ${name}`,
  open: 'Elegir',
  more: 'Qué se puede hacer con ello',
  back: 'Volver',
};
