package dev.outpour.cli.bench;

import static dev.outpour.cli.terminal.NumberFormat.millis;
import static dev.outpour.cli.terminal.NumberFormat.whole;

import dev.outpour.cli.hub.CommandException;
import dev.outpour.cli.hub.HubAddress;
import dev.outpour.cli.terminal.Progress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One run: connects all readers, publishes, waits until all has come that is to come, and sums up.
 */
final class Bench {
  private static final int CONNECTS_AT_ONCE = 256;
  private static final int CONNECT_MILLIS = 10_000;
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int LOOK_MILLIS = 50;
  private static final int PROGRESS_MILLIS = 1_000;

  private final Vertx vertx;
  private final BenchPlan plan;
  private final BenchRun run;
  private final List<BenchLoop> loops;
  private final BenchStats tallies;
  private final Progress progress;

  /**
   * @param eventLoops how many of Vert.x are used
   */
  Bench(Vertx vertx, int eventLoops, BenchPlan plan, Progress progress) {
    this.vertx = vertx;
    this.plan = plan;
    this.run = BenchRun.of(plan);
    this.progress = progress;
    this.loops =
        Stream.generate(() -> ((VertxInternal) vertx).createEventLoopContext())
            .limit(eventLoops)
            .map(context -> new BenchLoop(run, context))
            .toList();
    this.tallies = new BenchStats(loops.stream().map(BenchLoop::tally).toList());
  }

  /** Does it all; fails with a {@link CommandException} if readers cannot connect. */
  Future<BenchResult> run() {
    populate(LocalAddresses.of(plan));
    return connect()
        .compose(
            connectMillis ->
                publish()
                    .compose(published -> tail())
                    .compose(quiet -> lost())
                    .map(lost -> BenchResult.of(plan, tallies, connectMillis, lost)));
  }

  private void populate(List<String> sources) {
    NetClient publishing = client(new NetClientOptions());
    List<NetClient> reading =
        sources.isEmpty()
            ? List.of(publishing)
            : sources.stream()
                .map(source -> client(new NetClientOptions().setLocalAddress(source)))
                .toList();
    for (int i = 0; i < plan.readers(); i++) {
      NetClient client = reading.get(sources.isEmpty() ? 0 : LocalAddresses.index(i));
      loops.get(i % loops.size()).addReader(i, client);
    }
    for (int i = 0; i < plan.publishers(); i++) {
      loops.get(i % loops.size()).addPublisher(i, publishing);
    }
  }

  private NetClient client(NetClientOptions options) {
    HubAddress hub = plan.hub();
    if (hub.isTls()) {
      hub.setTrust(options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS"));
    }
    return vertx.createNetClient(options.setConnectTimeout(CONNECT_MILLIS));
  }

  /** How many milliseconds it took. */
  private Future<Long> connect() {
    long begun = System.nanoTime();
    int atOnce = Math.max(1, CONNECTS_AT_ONCE / loops.size());
    Future<?> connected = Future.all(loops.stream().map(loop -> loop.connect(atOnce)).toList());
    return during(connected, this::connecting)
        .map(done -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
        .recover(failure -> Future.failedFuture(cannotConnect(failure)));
  }

  private String connecting() {
    String connected = whole(tallies.sum(it -> it.connected));
    return connected + " of " + whole(plan.readers()) + " readers connected";
  }

  private CommandException cannotConnect(Throwable failure) {
    Optional<CommandException> distrust = plan.hub().distrust(failure);
    if (distrust.isPresent()) {
      return distrust.get();
    }
    long connected = tallies.sum(it -> it.connected);
    String after = connected == 0 ? "" : " (after " + whole(connected) + " of them)";
    String message = String.valueOf(failure.getMessage());
    // Each transport of Netty has words of its own around it.
    String reason =
        message.contains("Connection refused")
            ? "connection refused: is the hub running?"
            : message;
    return CommandException.failed(
        "Cannot connect readers to " + plan.hub().base() + "/events: " + reason + after);
  }

  private Future<?> publish() {
    run.timeline().begin(plan.warmup(), plan.measured());
    Duration most = plan.warmup().plus(plan.measured()).plus(ANSWER);
    long timer = vertx.setTimer(most.toMillis(), late -> loops.forEach(BenchLoop::giveUp));
    Future<?> published = Future.all(loops.stream().map(BenchLoop::publish).toList());
    return during(published, new Speed()::line).onComplete(done -> vertx.cancelTimer(timer));
  }

  /** Completes when all has come, or nothing has come for long. */
  private Future<?> tail() {
    Promise<Void> over = Promise.promise();
    look(over, -1, 0);
    return during(over.future(), new Speed()::line);
  }

  private void look(Promise<Void> over, long eventsBefore, long quietSince) {
    long now = System.nanoTime();
    long events = tallies.sum(it -> it.events);
    long since = events == eventsBefore ? quietSince : now;
    sum(BenchReader::outstanding)
        .onSuccess(
            outstanding -> {
              if (outstanding == 0 || now - since > plan.patience().toNanos()) {
                over.complete();
              } else {
                vertx.setTimer(LOOK_MILLIS, again -> look(over, events, since));
              }
            })
        .onFailure(over::fail);
  }

  private Future<Long> lost() {
    return sum(reader -> reader.passedOver() + reader.outstanding());
  }

  private Future<Long> sum(ToLongFunction<BenchReader> count) {
    List<Future<Long>> sums = loops.stream().map(loop -> loop.sum(count)).toList();
    return Future.all(sums)
        .map(all -> IntStream.range(0, sums.size()).mapToLong(i -> all.<Long>resultAt(i)).sum());
  }

  private <T> Future<T> during(Future<T> work, Supplier<String> line) {
    long timer = vertx.setPeriodic(PROGRESS_MILLIS, tick -> progress.say(line.get()));
    return work.onComplete(done -> vertx.cancelTimer(timer));
  }

  /** The progress of what is delivered, with its speed since the line before. */
  private final class Speed {
    private long eventsBefore = tallies.sum(it -> it.events);
    private long nanosBefore = run.timeline().now();

    String line() {
      long now = run.timeline().now();
      long events = tallies.sum(it -> it.events);
      double seconds = (now - nanosBefore) / (double) TimeUnit.SECONDS.toNanos(1);
      double perSecond = (events - eventsBefore) / seconds;
      eventsBefore = events;
      nanosBefore = now;
      long readers = tallies.sum(it -> it.connected) - tallies.sum(it -> it.connectionsLost);
      String line =
          phase(now)
              + whole(readers)
              + " readers  "
              + whole(Math.round(perSecond))
              + " delivered/s";
      return now < run.timeline().from()
          ? line
          : line
              + "  p99 "
              + millis(tallies.delivery().p99())
              + "  "
              + whole(tallies.sum(it -> it.published))
              + " published";
    }

    private String phase(long now) {
      if (run.timeline().measures(now)) {
        long elapsed = TimeUnit.NANOSECONDS.toSeconds(now - run.timeline().from());
        return elapsed + " of " + plan.measured().toSeconds() + " s  ";
      }
      return now < run.timeline().end() ? "warming up  " : "waiting for the last  ";
    }
  }
}
