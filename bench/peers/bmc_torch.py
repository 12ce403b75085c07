"""The peer PyTorch: the authors' BMC, its loss and gradient of pred. Prints JSON, a line a size.

    apt-get install -y python3-torch
    /usr/bin/python3 bench/peers/bmc_torch.py 1024 4096 8192             # times
    /usr/bin/python3 bench/peers/bmc_torch.py --memory 1024 4096 8192    # bytes, on Linux
"""
import ctypes
import json
import math
import sys
import time

OF_MEMORY = "--memory" in sys.argv[1:]

# glibc gives a big buffer back to the system when it is freed and faults it in again for the next: up to 50 times
# slower. M_MMAP_MAX = 0: no buffer is mapped alone; M_TRIM_THRESHOLD = -1: the heap never shrinks. That costs memory, so
# that where memory is measured every buffer is mapped alone: a fixed M_MMAP_THRESHOLD.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4
OPTIONS = {M_MMAP_THRESHOLD: 2**17} if OF_MEMORY else {M_MMAP_MAX: 0, M_TRIM_THRESHOLD: -1}
assert all(ctypes.CDLL(None).mallopt(*option) == 1 for option in OPTIONS.items())

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(f"skipped: no PyTorch ({error}); on Debian: apt-get install -y python3-torch", file=sys.stderr)
    sys.exit(3)

SAMPLES = 5
SAMPLE_SECONDS = 0.4
NOISE_VAR = 1.0
torch.set_num_threads(2)


def bmc_loss(pred, target, noise_var):
    """As in the authors' loss.py: a classification among the batch's labels."""
    logits = -0.5 * (pred - target.T).pow(2) / noise_var
    loss = F.cross_entropy(logits, torch.arange(pred.shape[0]))
    return loss * (2 * noise_var)


def batch(size):
    """The formulas of batch.ts."""
    pred = torch.tensor([[2 * math.cos(0.7 * i)] for i in range(size)], requires_grad=True)
    return pred, torch.tensor([[3 * math.sin(i)] for i in range(size)])


def call(pred, target):
    pred.grad = None
    loss = bmc_loss(pred, target, NOISE_VAR)
    loss.backward()
    return loss


def measure(size):
    pred, target = batch(size)

    def repeat(times):
        start = time.perf_counter()
        for _ in range(times):
            call(pred, target)
        return (time.perf_counter() - start) / times

    loss = call(pred, target).item()
    repeat(1)
    repetitions = max(1, min(500, round(SAMPLE_SECONDS / repeat(1))))
    samples = sorted(1000 * repeat(repetitions) for _ in range(SAMPLES))
    return {
        "size": size,
        "median": samples[SAMPLES // 2],
        "least": samples[0],
        "most": samples[-1],
        "loss": loss,
        "gradient": size * pred.grad.pow(2).sum().item(),
    }


def memory(size):
    """The most resident memory of a call beyond the process with its inputs."""
    pred, target = batch(size)
    # Not getrusage's ru_maxrss: it includes what the process that started this one held.
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")
    before = resident("VmHWM")
    call(pred, target)
    return {"size": size, "bytes": resident("VmHWM") - before}


def resident(name):
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith(name))


if __name__ == "__main__":
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    run = memory if OF_MEMORY else measure
    run(16)  # PyTorch's own start
    for size in sorted(int(argument) for argument in sys.argv[1:] if argument != "--memory"):
        print(json.dumps(run(size)), flush=True)
