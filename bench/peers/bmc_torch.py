"""The peer PyTorch: the authors' BMC, its loss and gradient of pred. Prints JSON, a line a size.

    apt-get install -y python3-torch && /usr/bin/python3 bench/peers/bmc_torch.py 1024 4096 8192
"""
import ctypes
import json
import math
import resource
import sys
import time

# glibc gives a big buffer back to the system when it is freed and faults it in again for the next: up to 50 times
# slower. M_MMAP_MAX = 0: no buffer is mapped alone; M_TRIM_THRESHOLD = -1: the heap never shrinks.
libc = ctypes.CDLL(None)
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
assert libc.mallopt(M_MMAP_MAX, 0) == 1 and libc.mallopt(M_TRIM_THRESHOLD, -1) == 1

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


def peak():
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def measure(size, idle):
    # The formulas of batch.ts.
    target = torch.tensor([[3 * math.sin(i)] for i in range(size)])
    pred = torch.tensor([[2 * math.cos(0.7 * i)] for i in range(size)], requires_grad=True)

    def call():
        pred.grad = None
        loss = bmc_loss(pred, target, NOISE_VAR)
        loss.backward()
        return loss

    def repeat(times):
        start = time.perf_counter()
        for _ in range(times):
            call()
        return (time.perf_counter() - start) / times

    loss = call().item()
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
        "bytes": peak() - idle,
    }


if __name__ == "__main__":
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}))
    measure(16, 0)  # PyTorch's own start
    idle = peak()
    # From small to large, as the peak only grows.
    for size in sorted(int(argument) for argument in sys.argv[1:]):
        print(json.dumps(measure(size, idle)), flush=True)
