"""Takes orders from the queue, one after the other, and says what it has done and on which machine."""

import socket
import time

import redis

store = redis.Redis(host="redis", decode_responses=True)

while True:
    try:
        order = store.blpop("orders", timeout=5)
        if order:
            store.rpush("done", f"{order[1]} by {socket.gethostname()}")
    except redis.ConnectionError:
        time.sleep(0.2)
