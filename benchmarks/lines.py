"""What is measured: a table of lines, each one kind of load and what is read off it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A figure that the load generator reports."""

    field: str  # its name in the generator's JSON; a dot goes one object down
    table: str  # the heading under which it is shown
    label: str = ""  # tells it from others of the same line and table
    scale: float = 1.0  # from the generator's unit to the table's
    to_limit: bool = True  # whether a ratio to the limit says anything
    more: bool = False  # whether more of it is better, as of a rate


CPU = Measure("cpu_us_per_event", "Server CPU per delivered event, µs")
DELIVERED = Measure("delivered_per_s", "Events delivered per second", more=True)
P50 = Measure("lat_us.p50", "From sending an update to having it, ms", "p50", 1e-3)
P99 = Measure("lat_us.p99", "From sending an update to having it, ms", "p99", 1e-3)
RSS = Measure("rss_per_conn", "Memory of an idle subscriber, KB", "growth of RSS", 1e-3, False)
HEAP = Measure("heap_per_conn", "Memory of an idle subscriber, KB", "live heap", 1e-3, False)
TOTAL = Measure("rss", "Memory of the whole process, MB", "", 1e-6, False)
CONNECTED = Measure("connects_per_s", "Subscribers connected per second", more=True)
ACKNOWLEDGED = Measure("acked_per_s", "Publishes answered per second", more=True)


@dataclass(frozen=True)
class Line:
    """One kind of load, put to some hubs in turn."""

    name: str
    title: str
    load: str  # options of sse-load
    measures: tuple[Measure, ...]
    hubs: tuple[str, ...] = ("outpour", "limit", "nchan")
    must: tuple[str, ...] = ()  # what each of the measures has to come to, as it is shown
    rounds: int | None = None  # if not as many as asked for
    longer: int = 1  # times the seconds asked for, where events are few
    warmings: int = 1  # runs before those that count; one that is short takes several
    fresh: bool = False  # each run has a process of its own, never warmed
    axis: str = ""  # of a growth: what grows
    x: int = 0  # of a growth: to how much
    pair: bool = False  # Outpour without and with something: its hubs are compared by rounds


MANY = "--conns 10000 --source-addrs 8"
SATURATED = "--pub-window 64 --pub-conns 64"
BODY = '{{"seq":{{seq}},"ts":{{ts}},"p":"{{pad:{pad}}}"}}'
PUBLISH = "--mode publish --conns 1 --pub-conns 64 --pub-inflight 64"

IN_MEMORY = ("outpour-memory", "limit", "nchan")
COALESCED = ("outpour", "limit", "limit-coalescing", "nchan")


def _growth(axis: str, load: str, points: tuple[int, ...], rate=int, longer=lambda _: 1):
    return [
        Line(
            f"growth-{axis}-{x}",
            f"{axis}: {x:,}",
            load.format(x=x, rate=rate(x), pad=x - 40, publishers=min(x, 16)),
            (CPU,),
            hubs=("outpour", "limit"),
            rounds=1,
            longer=longer(x),
            axis=axis,
            x=x,
        )
        for x in points
    ]


# In all but the last as many events are delivered per second whatever grows.
GROWTH = [
    *_growth(
        "subscribers",
        "--conns {x} --source-addrs 8 --pub-rate {rate:g}",
        (100, 300, 1000, 3000, 10000),
        rate=lambda subscribers: 50_000 / subscribers,
    ),
    *_growth(
        "topics",
        f"--mode topics --topics {{x}} {MANY} --pub-rate {{rate}} --pub-conns {{publishers}}",
        (1, 10, 100, 1000),
        rate=lambda topics: 2 * topics,
    ),
    *_growth(
        "size",
        f"--conns 1000 --pub-rate 10 --pub-body '{BODY}'",
        (100, 300, 1000, 3000, 10000),
        longer=lambda _: 2,
    ),
    *_growth(
        "rate",
        "--conns 1000 --pub-rate {x}",
        (5, 20, 50, 100, 200),
        longer=lambda rate: max(1, 40 // rate),
    ),
]

LINES = [
    Line("fan-out", "1,000 subscribers × 50/s", "--conns 1000 --pub-rate 50", (CPU, P50, P99)),
    Line(
        "fan-out-memory",
        "1,000 subscribers × 50/s, log in memory",
        "--conns 1000 --pub-rate 50",
        (CPU, P50, P99),
        IN_MEMORY,
    ),
    Line("fan-out-10k", "10,000 subscribers × 5/s", f"{MANY} --pub-rate 5", (CPU,)),
    Line(
        "topics",
        "1,000 topics × 10 subscribers, 2,000/s",
        f"--mode topics --topics 1000 {MANY} --pub-rate 2000 --pub-conns 16",
        (CPU,),
    ),
    Line(
        "topics-memory",
        "1,000 topics × 10 subscribers, 2,000/s, log in memory",
        f"--mode topics --topics 1000 {MANY} --pub-rate 2000 --pub-conns 16",
        (CPU,),
        IN_MEMORY,
    ),
    Line(
        "saturated",
        "1,000 subscribers, 64 in flight",
        f"--conns 1000 {SATURATED}",
        (CPU, DELIVERED),
        COALESCED,
    ),
    Line(
        "saturated-10k",
        "10,000 subscribers, 64 in flight",
        f"{MANY} {SATURATED}",
        (CPU, DELIVERED),
        COALESCED,
    ),
    Line(
        "idle",
        "18,000 idle subscribers",
        "--mode idle --conns 18000 --source-addrs 8",
        (RSS, HEAP, TOTAL),
        fresh=True,
    ),
    Line("connect", "10,000 connect at once", f"--mode storm {MANY}", (CONNECTED,), warmings=15),
    Line(
        "publish-memory",
        "64 in flight, log in memory",
        PUBLISH,
        (ACKNOWLEDGED,),
        ("outpour-memory", "limit"),  # Nchan's subscriber loses messages at such a rate
    ),
    Line("publish", "64 in flight, synced to disk", PUBLISH, (ACKNOWLEDGED,), ("outpour", "limit")),
    Line(
        "rights",
        "1,000 subscribers, 64 in flight, everyone with a token",
        f"--conns 1000 {SATURATED}",
        (CPU,),
        ("outpour", "outpour-rights"),
        must=("1.05 at most",),
        pair=True,
    ),
    Line(
        "attacked",
        "5,000 subscribers × 10/s, beside 1,000 connections with half a head",
        "--conns 5000 --source-addrs 8 --pub-rate 10",
        (P99,),
        ("outpour", "outpour-attacked"),
        must=("1.5 at most",),
        pair=True,
    ),
    *GROWTH,
]

# What one jar is compared with another by, and the two of them.
AGAINST = ("fan-out", "saturated", "topics", "publish", "connect", "idle")
BOTH = ("outpour", "outpour-against")
NOT_WORSE = 1.05  # the median of the ratios, at most
