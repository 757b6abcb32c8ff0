"""Simulated customers, as the papers describe them: for tests and benchmarks."""

import numpy as np


def weeks(size, seed, r=0.243, alpha=4.414, a=0.793, b=2.426, days=False, longest=52, extra=0):
    """Frequency, recency and age in weeks of customers who buy and leave as in BG/NBD; with extra=1 as in MBG/NBD."""
    random = np.random.default_rng(seed)
    grain = 1 / 7 if days else 1.0
    age = np.ceil(random.uniform(longest / 2, longest, size) / grain) * grain
    rate, chance = random.gamma(r, 1 / alpha, size), random.beta(a, b, size)
    frequency, recency, now = np.zeros(size), np.zeros(size), np.zeros(size)
    here = np.flatnonzero(random.random(size) >= chance) if extra else np.arange(size)
    while here.size:
        now[here] += random.exponential(1 / np.maximum(rate[here], 1e-300))
        here = here[now[here] < age[here]]
        place = np.ceil(now[here] / grain) * grain
        new = place > recency[here]
        fits = new & (place <= age[here])
        frequency[here[fits]] += 1
        recency[here[fits]] = place[fits]
        here = here[~(new & (random.random(here.size) < chance[here]))]
    return frequency, recency, age


def lives(name, parameters, size, seed, shortest=26, longest=52, later=52):
    """Frequency, recency and age in weeks, and the purchases of the time after, of customers who live as the model says."""
    random = np.random.default_rng([size, seed])
    r, alpha, first, second = parameters
    age, rate = random.uniform(shortest, longest, size), random.gamma(r, 1 / alpha, size)
    chance = random.beta(first, second, size) if name != "pareto" else np.zeros(size)
    end = age + later if name != "pareto" else np.minimum(random.exponential(1 / random.gamma(first, 1 / second, size)), age + later)
    frequency, recency, again, now = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
    here = np.flatnonzero(random.random(size) >= chance) if name == "mbgnbd" else np.arange(size)
    while here.size:
        now[here] += random.exponential(1 / np.maximum(rate[here], 1e-300))
        here = here[now[here] <= end[here]]
        past = here[now[here] <= age[here]]
        frequency[past] += 1
        recency[past] = now[past]
        again[np.setdiff1d(here, past)] += 1
        here = here[random.random(here.size) >= chance[here]]
    return frequency, recency, age, again


def spending(frequency, seed, p=6.25, q=3.74, v=15.44):
    """Average amount per repeat purchase as in Gamma-Gamma; 0 for customers without one."""
    random = np.random.default_rng(seed)
    rate = random.gamma(q, 1 / v, frequency.size)
    return random.gamma(p * np.maximum(frequency, 1)) / (rate * np.maximum(frequency, 1)) * (frequency > 0)
