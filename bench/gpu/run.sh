#!/usr/bin/env bash
# On the machine with the GPU, in the project's root: the tests, then the benches, each bounded. Results go to $OUT
# (default .gpu/out): tests.txt, bench_NAME.txt, NAME.md as the bench writes it, adapter.txt, peer.txt where PyTorch is.
#   bash .gpu/run.sh [tests|bench NAME...|peer|all]
set -u
root=$(pwd)
OUT=${OUT:-$root/.gpu/out}
mkdir -p "$OUT" /tmp/gpu
[ -x /tmp/gpu/deno ] || { xz -dc .gpu/deno.xz >/tmp/gpu/deno && chmod +x /tmp/gpu/deno; }
PATH=$PATH:/usr/sbin:/sbin
if ! ldconfig -p | grep -q libvulkan.so.1; then
  for f in .gpu/lib/*.deb; do dpkg -x "$f" /; done
  ldconfig
fi
export XDG_RUNTIME_DIR=/tmp NO_COLOR=1 DENO_NO_UPDATE_CHECK=1 DENO_DIR=/tmp/gpu/cache DENO_WEBGPU_BACKEND=vulkan
deno="/tmp/gpu/deno"
name() {
  $deno eval --no-config --no-lock 'const a = await navigator.gpu?.requestAdapter(); console.log(a ? `${a.info.description || a.info.vendor} | fallback ${a.info.isFallbackAdapter}` : "none");' 2>&1 | tail -n 1
}
found=$(name)
if [ "$found" = none ] && [ -e /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json ]; then
  export VK_DRIVER_FILES=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
  found=$(name)
fi
{ echo "adapter: $found"; nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null; } | tee "$OUT/adapter.txt"
[ "$found" = none ] && exit 1

# A bench writes NAME.md beside itself; here that is .gpu/, from where it is copied.
bench() {
  timeout "${BENCH_S:-90}" $deno run --no-config --no-lock -A ".gpu/bench_$1.js" >"$OUT/bench_$1.txt" 2>&1
  echo "bench $1: exit $?"
  cp -f .gpu/"$1".md "$OUT"/ 2>/dev/null
  cp -f .gpu/results.md "$OUT"/ 2>/dev/null
  tail -n "${LINES_SHOWN:-25}" "$OUT/bench_$1.txt"
}
tests() {
  : >"$OUT/tests.txt"
  for file in .gpu/tests_apart.js .gpu/tests.js; do
    timeout "${TESTS_S:-200}" $deno test --no-config --no-lock -A "$file" >>"$OUT/tests.txt" 2>&1
    echo "$file: exit $?"
  done
  grep -E 'FAILED' "$OUT/tests.txt" | head -n 40
  tail -n 3 "$OUT/tests.txt"
}
# What a user would pick instead on the same card: the authors' formula in PyTorch, eager and compiled.
peer() {
  command -v python3 >/dev/null && timeout 90 python3 .gpu/peer_torch.py >"$OUT/peer.txt" 2>&1 && cat "$OUT/peer.txt"
}
case "${1:-all}" in
  tests) tests ;;
  bench) shift; for b in "$@"; do bench "$b"; done ;;
  peer) peer ;;
  all) # what matters most first: the whole may be cut off; every part is bounded
    bench shapes; bench linear; tests; peer
    for b in .gpu/bench_*.js; do b=${b##*/bench_}; b=${b%.js}; case $b in shapes | linear) ;; *) bench "$b" ;; esac; done ;;
esac
