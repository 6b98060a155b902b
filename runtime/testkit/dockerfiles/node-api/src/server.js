import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { total } from './total.js';

const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/health') response.end('fine\n');
  else if (url.pathname === '/total') response.end(`${total(url.searchParams.getAll('price').map(Number))}\n`);
  else response.end(`${name} ${version} as ${process.getuid()} in ${process.env.NODE_ENV}\n`);
});
server.listen(Number(process.env.PORT), () => console.log(`listening on ${process.env.PORT}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
