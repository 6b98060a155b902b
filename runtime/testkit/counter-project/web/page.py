"""GET / counts a visit, POST / puts its body into the queue, GET /done lists what workers have done."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis

store = redis.Redis(host="redis", decode_responses=True)


class Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/done":
            self.answer(lambda: "".join(line + "\n" for line in store.lrange("done", 0, -1)))
        else:
            self.answer(lambda: f"visit {store.incr('visits')}\n")

    def do_POST(self):
        order = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.answer(lambda: f"queued {store.rpush('orders', order)}\n")

    def answer(self, work):
        try:
            status, text = 200, work()
        except redis.ConnectionError:
            status, text = 503, "the store is away\n"
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", 80), Page).serve_forever()
