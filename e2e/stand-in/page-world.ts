/** Runs in the page's own world before the page: receives what the preload exposes. */
document.addEventListener('stand-in:expose', (event) => {
  const { name, methods } = JSON.parse((event as CustomEvent<string>).detail) as { name: string; methods: readonly string[] };
  // Events are answered before they have been dispatched; what they carry is cloned from one world to the other.
  const call = (method: string) =>
    function bridged(...values: readonly unknown[]): unknown {
      let result: unknown;
      const listen = (answer: Event) => {
        result = (answer as CustomEvent<unknown>).detail;
      };
      document.addEventListener(`stand-in:${name}:answer`, listen, { once: true });
      document.dispatchEvent(new CustomEvent(`stand-in:${name}`, { detail: { method, values } }));
      document.removeEventListener(`stand-in:${name}:answer`, listen);
      return result;
    };
  const api = Object.freeze(Object.fromEntries(methods.map((method) => [method, call(method)])));
  Object.defineProperty(window, name, { value: api, enumerable: true });
});
