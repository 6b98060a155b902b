#!/usr/bin/env bash
# Proves the launcher under sanitizers: its plan decoder against damaged plans, and the whole of it by the kernel tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
if [ "$(uname)" != Linux ]; then
  echo "launcher: not tested: it runs on Linux only"
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=runtime/launcher
sanitize=(-std=gnu11 -D_GNU_SOURCE -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Wshadow -Werror)
fuzz=("$here/test/fuzz_plan.c" "$here/wire.c")
node "$here/test/seeds.ts" "$work/seeds"

gcc "${sanitize[@]}" -DSTANDALONE -o "$work/plan" "${fuzz[@]}"
"$work/plan" "$work"/seeds/*

if ! command -v clang >/dev/null; then
  echo "fuzzing: skipped: there is no clang"
elif ! clang "${sanitize[@]}" -fsanitize=fuzzer -o "$work/fuzz" "${fuzz[@]}" 2>"$work/clang.txt"; then
  echo "fuzzing: skipped: clang cannot link a fuzz target: $(tail -1 "$work/clang.txt")"
else
  mkdir "$work/corpus" "$work/findings"
  if ! "$work/fuzz" -max_total_time="${FUZZ_SECONDS:-20}" -max_len=8192 -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$work/findings/" "$work/corpus" "$work/seeds" 2>"$work/fuzz.txt"; then
    tail -60 "$work/fuzz.txt"
    for finding in "$work"/findings/*; do echo "$finding" && base64 "$finding"; done
    exit 1
  fi
  grep -E 'number_of_executed_units|cov: ' "$work/fuzz.txt" | tail -2
fi

gcc "${sanitize[@]}" -fno-strict-aliasing -o "$work/slipway-launcher" "$here"/*.c
status=0
"$work/slipway-launcher" 2>/dev/null || status=$?
if [ "$status" != 64 ]; then
  echo "a launcher without a role answered $status instead of 64"
  exit 1
fi
if [ "$(id -u)" != 0 ] || ! command -v busybox >/dev/null; then
  echo "kernel tests under sanitizers: skipped: they need root and busybox"
  exit 0
fi
# Monitors are non-dumpable, which the leak detector cannot attach to; they also end by _exit, with nothing left to find.
export ASAN_OPTIONS="detect_leaks=0:abort_on_error=0:exitcode=99:log_path=$work/report" UBSAN_OPTIONS="print_stacktrace=1:log_path=$work/report"
SLIPWAY_TEST_LAUNCHER="$work/slipway-launcher" vitest run --config .config/vitest.config.ts --project linux runtime/sys/launcher
if compgen -G "$work/report*" >/dev/null; then
  cat "$work"/report*
  exit 1
fi
echo "launcher: the kernel tests passed under address and undefined-behaviour sanitizers, without a report"
