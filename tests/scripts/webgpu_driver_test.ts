/** The remedy for a machine without a WebGPU adapter. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Machine, remedyFor } from "../../scripts/webgpu_driver.ts";

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const UBUNTU = "NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n";
const MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n';

function adviceFor(machine: Machine): string {
  const remedy = remedyFor(machine);
  assert("advice" in remedy, `would install on ${JSON.stringify(machine)}`);
  return remedy.advice;
}

Deno.test("webgpu_driver installs by apt as root on Debian and its kin", () => {
  for (const release of [DEBIAN, UBUNTU, MINT]) {
    assertEquals(remedyFor({ os: "linux", root: true, release }), {
      install: [
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", "mesa-vulkan-drivers"],
      ],
    });
  }
});

Deno.test("webgpu_driver names the command where it may not install", () => {
  const cases: [string, boolean, string][] = [
    [DEBIAN, false, "sudo apt-get install -y --no-install-recommends mesa-vulkan-drivers"],
    ["ID=fedora\n", false, "sudo dnf install -y mesa-vulkan-drivers"],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', true, "run: dnf install"],
    ["ID=manjaro\nID_LIKE=arch\n", false, "sudo pacman -S --needed vulkan-swrast"],
    ["ID=alpine\n", true, "run: apk add mesa-vulkan-swrast"],
    ["", true, "lavapipe"],
    ["NAME=debian\n", true, "lavapipe"],
  ];
  for (const [release, root, words] of cases) {
    assertStringIncludes(adviceFor({ os: "linux", root, release }), words);
  }
});

Deno.test("webgpu_driver sends macOS and Windows to their graphics driver", () => {
  for (const os of ["darwin", "windows"]) {
    assertStringIncludes(adviceFor({ os, root: true, release: "" }), "update");
  }
});
