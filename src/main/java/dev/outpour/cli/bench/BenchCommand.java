package dev.outpour.cli.bench;

import static dev.outpour.cli.terminal.NumberFormat.whole;

import dev.outpour.cli.hub.CommandException;
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

/** {@code bench}: the options of a run, and its result on standard output. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Measures a running hub: opens readers, publishes, and checks every event on every"
          + " connection.",
      ""
    },
    footer = {
      "",
      "Latency ends when the event has been read, and begins when its update was due: at a fixed"
          + " rate, that is when it should have been sent, so that a hub that holds its publishers"
          + " up does not look fast. With --window it begins just before the update is sent.",
      "",
      "The updates go to topics of their own, through the hub's log like all others. On the"
          + " loopback every 10,000 readers have a source address of their own: 127.0.0.1,"
          + " 127.0.0.2 and on.",
      "",
      "Exit code: 0 if every update was delivered to every reader once and in order; 1 if not, or"
          + " if readers or publishers were refused or cut; 2 if the options cannot be used."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_READERS = 1_000_000;
  private static final int MOST_PUBLISHERS = 10_000;
  private static final int MOST_BYTES = 1 << 26;
  private static final int MOST_SECONDS = 86_400;
  private static final int MOST_RATE = 1_000_000;
  private static final int DEFAULT_PUBLISHERS = 16;
  private static final double DEFAULT_RATE = 50;

  @Mixin private HubOptions hub = new HubOptions();

  @Option(
      names = "--readers",
      paramLabel = "N",
      description = "Connections that read; default ${DEFAULT-VALUE}")
  private int readers = 1_000;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Updates per second in all, such as 50 or 0.5; default 50")
  private @Nullable Double rate;

  @Option(
      names = "--window",
      paramLabel = "N",
      description =
          "Instead of a rate: keep so many publishes on their way, each on a connection of its own,"
              + " to find the most the hub can do")
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
          "Topics that readers and updates go round, each reader on one; default ${DEFAULT-VALUE}")
  private int topics = 1;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long is measured; default ${DEFAULT-VALUE}")
  private int seconds = 10;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      description = "How long before that updates go out already; default ${DEFAULT-VALUE}")
  private int warmup = 3;

  @Option(
      names = "--publishers",
      paramLabel = "N",
      description = "Connections that publish at the rate, one request on its way each; default 16")
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
    require(rate == null || window == null, "Either --rate or --window, not both");
    require(
        publishers == null || window == null,
        "--publishers goes with --rate: with --window there are as many as it says");
    inRange("--readers", readers, 1, MOST_READERS);
    inRange("--topics", topics, 1, MOST_READERS);
    inRange("--size", size, BenchPayload.LEAST_SIZE, MOST_BYTES);
    inRange("--seconds", seconds, 1, MOST_SECONDS);
    inRange("--warmup", warmup, 0, MOST_SECONDS);
    int connections = Optional.ofNullable(publishers).orElse(DEFAULT_PUBLISHERS);
    inRange("--publishers", connections, 1, MOST_PUBLISHERS);
    OptionalDouble perSecond = OptionalDouble.empty();
    if (window != null) {
      inRange("--window", window, 1, MOST_PUBLISHERS);
      connections = window;
    } else {
      perSecond = OptionalDouble.of(Optional.ofNullable(rate).orElse(DEFAULT_RATE));
      double given = perSecond.getAsDouble();
      require(
          given > 0 && given <= MOST_RATE,
          "--rate must be above 0 and at most " + whole(MOST_RATE) + ", but is " + given);
    }
    return new BenchPlan(
        hub.address(),
        readers,
        topics,
        connections,
        perSecond,
        size,
        Duration.ofSeconds(warmup),
        Duration.ofSeconds(seconds),
        PATIENCE);
  }

  private static void inRange(String option, int value, int least, int most) {
    require(
        value >= least && value <= most,
        option + " must be a whole number from " + least + " to " + most + ", but is " + value);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw CommandException.usage(message);
    }
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
