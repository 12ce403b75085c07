"""The peer PyTorch: the 1-D synthetic benchmark as the authors' code trains it. Prints JSON, a line a criterion.

    apt-get install -y python3-torch python3-sklearn
    /usr/bin/python3 bench/peers/synthetic_torch.py            # sets and first weights drawn here
    /usr/bin/python3 bench/peers/synthetic_torch.py --stdin    # those of bench/synthetic.ts, as JSON

Written anew after what github.com/jiawei-ren/BalancedMSE does in synthetic_benchmark/main_1d.py with its constants as
they stand. Followed, since it costs time or decides the result: nn.Linear(1, 1); 1,024 rows a set; batches of 256 by a
shuffling DataLoader without workers, row by row; 2,000 epochs; SGD, rate 0.001, momentum 0.9, under a cosine by epochs;
a learned noise is one more group of that optimizer, added after the schedule, so that its rate stays 0.001, and starts
at 1.5; densities by torch.distributions, arguments validated; a fixed noise has a gradient, too; GAI's mixture by
scikit-learn from 10,000 labels, in float64; the loss is read in every step; five looks at the validation set, the model
copied where it is the best so far.

Different: data and first weights can be given, and every criterion starts from the same ones; the test error is the
last model's, as in examples/synthetic.ts, with that of the authors' choice, the best on validation, beside it; without
scikit-learn the mixture is the labels' own normal distribution; nothing is drawn as a figure.
"""
import copy
import functools
import json
import math
import sys
import time

try:
    import torch
    import torch.nn.functional as F
    from torch.distributions import MultivariateNormal, Normal
    from torch.utils.data import DataLoader, TensorDataset
except ImportError as error:
    print(f"skipped: no PyTorch ({error}); on Debian: apt-get install -y python3-torch", file=sys.stderr)
    sys.exit(3)
try:
    from sklearn.mixture import GaussianMixture
except ImportError:
    GaussianMixture = None

ROWS, BATCH, EPOCHS, CHECKS = 1024, 256, 2000, 5
RATE, MOMENTUM = 1e-3, 0.9
LOW, HIGH = 0.0, 10.0
LABELS = Normal(5.0, 0.5)
NOISE_SIGMA, WRONG_BY = 1.0, 1.5
MIXTURE_LABELS = 10_000
# On 2 cores BMC takes 1.8 times as long with two threads, which is PyTorch's own choice; the others take the same.
torch.set_num_threads(1)


@functools.lru_cache(maxsize=None)
def mixture():
    """Weights, means and covariances of the labels' distribution: one component."""
    if GaussianMixture is None:
        return torch.ones(1), LABELS.mean.reshape(1, 1), LABELS.variance.reshape(1, 1, 1)
    fit = GaussianMixture(n_components=1).fit(LABELS.sample((MIXTURE_LABELS, 1)))
    return tuple(torch.tensor(values) for values in (fit.weights_, fit.means_, fit.covariances_))


def reweight(pred, target):
    weights = LABELS.log_prob(target).exp().squeeze(-1).reciprocal()
    squares = F.mse_loss(pred, target, reduction="none").sum(-1)
    return (squares * (weights / weights.sum())).sum()


class Balanced(torch.nn.Module):
    """A form of Balanced MSE with its noise."""

    def __init__(self, form, sigma):
        super().__init__()
        self.form = form
        self.sigma = torch.nn.Parameter(torch.tensor(sigma))

    def forward(self, pred, target):
        variance = self.sigma**2
        return self.form(pred, target, variance * torch.eye(pred.shape[-1])) * (2 * variance.detach())


def bmc(pred, target, covariance):
    logits = MultivariateNormal(pred[:, None], covariance).log_prob(target[None])
    return F.cross_entropy(logits, torch.arange(len(pred)))


def gai(pred, target, covariance):
    weights, means, covariances = mixture()
    likelihood = MultivariateNormal(pred, covariance).log_prob(target)
    columns = MultivariateNormal(means, covariances + covariance).log_prob(pred[:, None]) + weights.log()
    return (columns.logsumexp(1) - likelihood).mean()


# By the names that examples/synthetic/criteria.ts gives them; a learned noise starts off the true one.
CRITERIA = {
    "MSE": torch.nn.MSELoss,
    "Reweight": lambda: reweight,
    "BMC": lambda: Balanced(bmc, NOISE_SIGMA),
    "BMC learnable": lambda: Balanced(bmc, WRONG_BY * NOISE_SIGMA),
    "GAI": lambda: Balanced(gai, NOISE_SIGMA),
    "GAI learnable": lambda: Balanced(gai, WRONG_BY * NOISE_SIGMA),
}


def draw():
    """Sets as of examples/synthetic/data.ts: the true line is pred = x, only training labels crowd and are noisy."""
    crowded = LABELS.sample((2 * ROWS,))
    train = crowded[(crowded >= LOW) & (crowded <= HIGH)][:ROWS]
    sets = {"train": {"x": (train - NOISE_SIGMA * torch.randn(ROWS)).tolist(), "y": train.tolist()}}
    for name in ("validation", "test"):
        labels = (LOW + (HIGH - LOW) * torch.rand(ROWS)).tolist()
        sets[name] = {"x": labels, "y": labels}
    first = torch.nn.Linear(1, 1)
    return {**sets, "weight": first.weight.item(), "bias": first.bias.item()}


def error(model, loader):
    losses = [F.mse_loss(model(x), y).item() for x, y in loader]
    return sum(losses) / len(losses)


def run(name, given):
    loaders = {
        split: DataLoader(
            TensorDataset(*(torch.tensor(given[split][axis])[:, None] for axis in "xy")), BATCH, shuffle=split == "train"
        )
        for split in ("train", "validation", "test")
    }
    model = torch.nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(given["weight"])
        model.bias.fill_(given["bias"])

    start = time.perf_counter()
    criterion = CRITERIA[name]()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=EPOCHS)
    if name.endswith("learnable"):
        optimizer.add_param_group({"params": criterion.parameters(), "lr": RATE})
    least, best = math.inf, model
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        for x, y in loaders["train"]:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            total += loss.item()
            loss.backward()
            optimizer.step()
        schedule.step()
        if epoch % (EPOCHS // CHECKS) == 0:
            validation = error(model, loaders["validation"])
            print(f"{name}: epoch {epoch}, loss {total * BATCH / ROWS:.4g}, validation {validation:.4g}", file=sys.stderr)
            if validation < least:
                least, best = validation, copy.deepcopy(model)
    seconds = time.perf_counter() - start

    return {
        "name": name,
        "seconds": seconds,
        "testMse": error(model, loaders["test"]),
        "selectedMse": error(best, loaders["test"]),
        **({"sigma": criterion.sigma.item()} if isinstance(criterion, Balanced) else {}),
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    fit = "the distribution's own" if GaussianMixture is None else "fitted by scikit-learn"
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "mixture": fit}), flush=True)
    given = json.load(sys.stdin) if "--stdin" in sys.argv[1:] else draw()
    for name in CRITERIA:
        print(json.dumps(run(name, given)), flush=True)
