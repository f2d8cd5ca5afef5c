package dev.outpour.cli.bench;

import static dev.outpour.cli.hub.CommandException.require;
import static dev.outpour.cli.terminal.NumberFormat.whole;

import dev.outpour.cli.hub.HubOptions;
import dev.outpour.cli.terminal.Progress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench}: reads the options of a run and prints its result. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Measures a running hub: connects subscribers, publishes, and checks every event on every"
          + " connection.",
      ""
    },
    footer = {
      "",
      "Latency is measured from the moment an update was due until its event was received. At a"
          + " fixed rate an update is due when it should have been sent, so a hub that delays its"
          + " publishers does not look fast. With --window it is due just before it is sent.",
      "",
      "The updates go to new topics and are stored in the hub's log like all others. On the"
          + " loopback every 10,000 subscribers use their own source address: 127.0.0.1,"
          + " 127.0.0.2 and so on.",
      "",
      "Exit code: 0 if every subscriber received every update once and in order; 1 if not, or if"
          + " a subscriber or publisher was refused or disconnected; 2 if the options are invalid."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MAX_SUBSCRIBERS = 1_000_000;
  private static final int MAX_PUBLISHERS = 10_000;
  private static final int MAX_BYTES = 1 << 26;
  private static final int MAX_SECONDS = 86_400;
  private static final int MAX_RATE = 1_000_000;
  private static final int DEFAULT_PUBLISHERS = 16;
  private static final double DEFAULT_RATE = 50;

  @Mixin private HubOptions hub = new HubOptions();

  @Option(
      names = "--readers",
      paramLabel = "N",
      description = "Connections that subscribe; default ${DEFAULT-VALUE}")
  private int subscribers = 1_000;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Updates per second in total, such as 50 or 0.5; default 50")
  private @Nullable Double rate;

  @Option(
      names = "--window",
      paramLabel = "N",
      description =
          "Instead of a rate: keep N publishes in flight, each on its own connection, to find the"
              + " hub's maximum")
  private @Nullable Integer window;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "Size of an update's data; default ${DEFAULT-VALUE}")
  private int size = 100;

  @Option(
      names = "--topics",
      paramLabel = "N",
      description =
          "Topics over which subscribers and updates rotate, one topic per subscriber; default"
              + " ${DEFAULT-VALUE}")
  private int topics = 1;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Length of the measurement; default ${DEFAULT-VALUE}")
  private int seconds = 10;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      description = "Warm-up before measuring starts; default ${DEFAULT-VALUE}")
  private int warmup = 3;

  @Option(
      names = "--publishers",
      paramLabel = "N",
      description = "Connections that publish at the rate, one request in flight each; default 16")
  private @Nullable Integer publishers;

  @Option(names = "--json", description = "Print one JSON object instead of the table")
  private boolean json;

  @Option(names = "--quiet", description = "Show no progress on standard error")
  private boolean quiet;

  @Override
  public Integer call() {
    Progress progress = Progress.of(quiet);
    BenchResult result = measure(plan(), progress);
    System.out.print(json ? BenchReport.json(result).encode() + "\n" : BenchReport.table(result));
    return result.isClean() ? 0 : 1;
  }

  private BenchPlan plan() {
    require(rate == null || window == null, "Use either --rate or --window, not both");
    require(
        publishers == null || window == null,
        "Use --publishers only with --rate: --window sets the number of publishers itself");
    inRange("--readers", subscribers, 1, MAX_SUBSCRIBERS);
    inRange("--topics", topics, 1, MAX_SUBSCRIBERS);
    inRange("--size", size, BenchPayload.LEAST_SIZE, MAX_BYTES);
    inRange("--seconds", seconds, 1, MAX_SECONDS);
    inRange("--warmup", warmup, 0, MAX_SECONDS);
    int connections = Optional.ofNullable(publishers).orElse(DEFAULT_PUBLISHERS);
    inRange("--publishers", connections, 1, MAX_PUBLISHERS);
    OptionalDouble perSecond = OptionalDouble.empty();
    if (window != null) {
      inRange("--window", window, 1, MAX_PUBLISHERS);
      connections = window;
    } else {
      perSecond = OptionalDouble.of(Optional.ofNullable(rate).orElse(DEFAULT_RATE));
      double given = perSecond.getAsDouble();
      require(
          given > 0 && given <= MAX_RATE,
          "--rate must be above 0 and at most " + whole(MAX_RATE) + ", but is " + given);
    }
    return new BenchPlan(
        hub.address(),
        new BenchPlan.Load(subscribers, topics, connections, perSecond, size),
        new BenchPlan.Schedule(Duration.ofSeconds(warmup), Duration.ofSeconds(seconds), PATIENCE));
  }

  private static void inRange(String option, int value, int least, int most) {
    require(
        value >= least && value <= most,
        option + " must be a whole number from " + least + " to " + most + ", but is " + value);
  }

  private static BenchResult measure(BenchPlan plan, Progress progress) {
    int loops = Runtime.getRuntime().availableProcessors();
    VertxBuilder builder =
        Vertx.builder().with(new VertxOptions().setEventLoopPoolSize(Math.max(1, loops)));
    if (Transport.EPOLL != null && Transport.EPOLL.available()) {
      builder.withTransport(Transport.EPOLL);
    }
    Vertx vertx = builder.build();
    try {
      return new Bench(vertx, loops, plan, progress).run().await();
    } finally {
      progress.end();
      Future<Void> closed = vertx.close();
      closed.await();
    }
  }
}
