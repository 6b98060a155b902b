#!/bin/sh
set -e
# Rights are given away for the server, not for a shell that somebody asks for.
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user store -exec chown store '{}' +
  exec setpriv --reuid=store --regid=store --clear-groups "$0" "$@"
fi
exec "$@"
