#!/usr/bin/env bash
# Makes .gpu/ in the project's root: all that tests and benches need on a bare x86-64 Linux machine with a GPU and no
# network. Deno, the Vulkan loader, the GPU tests as two scripts, each bench as one, and run.sh.
#   bash bench/gpu/prepare.sh [BENCH...]      BENCH: bench/NAME.ts, default those named below
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
mkdir -p .gpu/lib
version=$(grep -oE 'deno@[0-9.]+' README.md | head -n 1)
deno() { npx --yes "$version" "$@"; }
fail() { echo "cannot prepare: $*" >&2; exit 1; }

# Every test that chooses a backend runs shaders, but for these, which start processes, read files of the repository,
# need a browser, or run on the cpu alone.
at_home=(
  tests/browser/tint_test.ts
  tests/demo/demo_regression_slow_test.ts
  tests/examples/rotation_network_slow_test.ts
  tests/examples/rotation_test.ts
  tests/files/file_system_errors_test.ts
  tests/files/file_system_saves_test.ts
  tests/train/checkpoint/checkpoint_kill_slow_test.ts
)
# In a process of their own: what is warned of once must not have been before, and devices are lost and replaced.
apart=(
  tests/losses/errors_test.ts
  tests/train/device_loss_slow_test.ts
  tests/train/device_loss_test.ts
  tests/webgpu/dispatch_test.ts
  tests/webgpu/gpu_errors_test.ts
)
benches=("$@")
[ ${#benches[@]} -gt 0 ] || benches=(shapes linear bmc_loss optimizers)

for file in "${at_home[@]}" "${apart[@]}"; do [ -f "$file" ] || fail "there is no $file any more"; done
for name in "${benches[@]}"; do [ -f "bench/$name.ts" ] || fail "there is no bench/$name.ts"; done
tests=()
while read -r file; do
  [[ " ${at_home[*]} ${apart[*]} " == *" $file "* ]] || tests+=("$file")
done < <(grep -rl --include='*_test.ts' 'support/\(backends\|loss_contract\)\.ts' tests | sort)
[ ${#tests[@]} -ge 30 ] || fail "only ${#tests[@]} tests run shaders: have they moved?"

entry=tests/.gpu_entry.ts
trap 'rm -f "$entry"' EXIT
bundle() { # OUTPUT FILE...
  local output=$1
  shift
  printf 'import "../%s";\n' "$@" >"$entry"
  deno bundle --quiet --platform=deno -o "$output" "$entry" || fail "$output does not bundle"
  echo "$output: $# files"
}
rm -f .gpu/*.js
bundle .gpu/tests.js "${tests[@]}"
bundle .gpu/tests_apart.js "${apart[@]}"
for name in "${benches[@]}"; do
  deno bundle --quiet --platform=deno -o ".gpu/bench_$name.js" "bench/$name.ts" || fail "$name does not bundle"
done

[ -e .gpu/deno.xz ] || xz -T0 -6 -c "$(deno eval 'console.log(Deno.execPath())')" >.gpu/deno.xz
if ! ls .gpu/lib/libvulkan1_* >/dev/null 2>&1; then
  apt-get update -qq
  (cd .gpu/lib && apt-get download -qq libvulkan1)
fi
cp -f bench/gpu/run.sh bench/gpu/peer_torch.py .gpu/
du -sh .gpu | sed 's/$/ to carry (64 MiB with the working tree at most)/'
