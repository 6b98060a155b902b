/** Runs in the page's own world before the page: receives what the preload exposes. */
document.addEventListener('stand-in:expose', (event) => {
  const { name, methods } = JSON.parse((event as CustomEvent<string>).detail) as { name: string; methods: readonly string[] };
  const call = (method: string) => () => void document.dispatchEvent(new CustomEvent(`stand-in:${name}`, { detail: method }));
  const api = Object.freeze(Object.fromEntries(methods.map((method) => [method, call(method)])));
  Object.defineProperty(window, name, { value: api, enumerable: true });
});
