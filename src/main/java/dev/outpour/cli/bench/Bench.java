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

/** One run: connects the subscribers, publishes, waits for the last events, and sums up. */
final class Bench {
  private static final int CONNECTS_AT_ONCE = 256;
  private static final int CONNECT_MILLIS = 10_000;
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int POLL_MILLIS = 50;
  private static final int PROGRESS_MILLIS = 1_000;

  private final Vertx vertx;
  private final BenchPlan plan;
  private final BenchPlan.Load load;
  private final BenchRun run;
  private final List<BenchLoop> loops;
  private final BenchStats stats;
  private final Progress progress;

  /**
   * @param eventLoops how many event loops of Vert.x to use
   */
  Bench(Vertx vertx, int eventLoops, BenchPlan plan, Progress progress) {
    this.vertx = vertx;
    this.plan = plan;
    this.load = plan.load();
    this.run = BenchRun.of(plan);
    this.progress = progress;
    this.loops =
        Stream.generate(() -> ((VertxInternal) vertx).createEventLoopContext())
            .limit(eventLoops)
            .map(context -> new BenchLoop(run, context))
            .toList();
    this.stats = new BenchStats(loops.stream().map(BenchLoop::stats).toList());
  }

  /** Runs; fails with a {@link CommandException} if the subscribers cannot connect. */
  Future<BenchResult> run() {
    populate(LocalAddresses.of(load.subscribers(), run.address()));
    return connect()
        .compose(
            connectMillis ->
                publish()
                    .compose(published -> tail())
                    .compose(quiet -> lost())
                    .map(lost -> BenchResult.of(plan, stats, connectMillis, lost)));
  }

  private void populate(List<String> addresses) {
    NetClient publishing = client(new NetClientOptions());
    List<NetClient> subscribing =
        addresses.isEmpty()
            ? List.of(publishing)
            : addresses.stream()
                .map(address -> client(new NetClientOptions().setLocalAddress(address)))
                .toList();
    for (int i = 0; i < load.subscribers(); i++) {
      NetClient client = subscribing.get(addresses.isEmpty() ? 0 : LocalAddresses.index(i));
      loops.get(i % loops.size()).addSubscriber(i, client);
    }
    for (int i = 0; i < load.publishers(); i++) {
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

  /** Completes with the milliseconds that connecting took. */
  private Future<Long> connect() {
    long begun = System.nanoTime();
    int atOnce = Math.max(1, CONNECTS_AT_ONCE / loops.size());
    Future<?> connected = Future.all(loops.stream().map(loop -> loop.connect(atOnce)).toList());
    return during(connected, this::connecting)
        .map(done -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
        .recover(failure -> Future.failedFuture(cannotConnect(failure)));
  }

  private String connecting() {
    String connected = whole(stats.sum(Counter.CONNECTED));
    return connected + " of " + whole(load.subscribers()) + " subscribers connected";
  }

  private CommandException cannotConnect(Throwable failure) {
    Optional<CommandException> distrust = plan.hub().distrust(failure);
    if (distrust.isPresent()) {
      return distrust.get();
    }
    long connected = stats.sum(Counter.CONNECTED);
    String after = connected == 0 ? "" : " (after " + whole(connected) + " of them)";
    return CommandException.failed(
        "Cannot connect subscribers to "
            + plan.hub().base()
            + "/events: "
            + reason(String.valueOf(failure.getMessage()))
            + after);
  }

  /** Netty's transports word the system's errors differently around the same core. */
  private static String reason(String message) {
    if (message.contains("Connection refused")) {
      return "connection refused: is the hub running?";
    }
    if (message.contains("Too many open files")) {
      return "too many open files: use fewer --readers, or raise 'ulimit -n'";
    }
    if (message.contains("Cannot assign requested address")) {
      return "no free port is left: use fewer --readers, or several machines";
    }
    return message;
  }

  private Future<?> publish() {
    run.time().begin(plan.schedule());
    Duration most = plan.schedule().warmup().plus(plan.schedule().measured()).plus(ANSWER);
    long timer = vertx.setTimer(most.toMillis(), late -> loops.forEach(BenchLoop::giveUp));
    Future<?> published = Future.all(loops.stream().map(BenchLoop::publish).toList());
    return during(published, new Speed()::line).onComplete(done -> vertx.cancelTimer(timer));
  }

  /** Completes when every update has arrived, or none has for the length of the patience. */
  private Future<?> tail() {
    Promise<Void> over = Promise.promise();
    poll(over, -1, 0);
    return during(over.future(), new Speed()::line);
  }

  private void poll(Promise<Void> over, long eventsBefore, long quietSince) {
    long now = System.nanoTime();
    long events = stats.sum(Counter.EVENTS);
    long since = events == eventsBefore ? quietSince : now;
    sum(BenchSubscriber::outstanding)
        .onSuccess(
            outstanding -> {
              if (outstanding == 0 || now - since > plan.schedule().patience().toNanos()) {
                over.complete();
              } else {
                vertx.setTimer(POLL_MILLIS, again -> poll(over, events, since));
              }
            })
        .onFailure(over::fail);
  }

  private Future<Long> lost() {
    return sum(subscriber -> subscriber.missed() + subscriber.outstanding());
  }

  private Future<Long> sum(ToLongFunction<BenchSubscriber> count) {
    List<Future<Long>> sums = loops.stream().map(loop -> loop.sum(count)).toList();
    return Future.all(sums)
        .map(all -> IntStream.range(0, sums.size()).mapToLong(i -> all.<Long>resultAt(i)).sum());
  }

  private <T> Future<T> during(Future<T> work, Supplier<String> line) {
    long timer = vertx.setPeriodic(PROGRESS_MILLIS, tick -> progress.say(line.get()));
    return work.onComplete(done -> vertx.cancelTimer(timer));
  }

  /** The lines of progress: each shows the rate of delivery since the previous one. */
  private final class Speed {
    private long eventsBefore = stats.sum(Counter.EVENTS);
    private long nanosBefore = run.time().now();

    String line() {
      long now = run.time().now();
      long events = stats.sum(Counter.EVENTS);
      double seconds = (now - nanosBefore) / (double) TimeUnit.SECONDS.toNanos(1);
      double perSecond = (events - eventsBefore) / seconds;
      eventsBefore = events;
      nanosBefore = now;
      long subscribers = stats.sum(Counter.CONNECTED) - stats.sum(Counter.CONNECTIONS_LOST);
      String line =
          phase(now)
              + whole(subscribers)
              + " subscribers  "
              + whole(Math.round(perSecond))
              + " delivered/s";
      return now < run.time().from()
          ? line
          : line
              + "  p99 "
              + millis(stats.delivery().p99())
              + "  "
              + whole(stats.sum(Counter.PUBLISHED))
              + " published";
    }

    private String phase(long now) {
      if (run.time().includes(now)) {
        long elapsed = TimeUnit.NANOSECONDS.toSeconds(now - run.time().from());
        return elapsed + " of " + plan.schedule().measured().toSeconds() + " s  ";
      }
      return now < run.time().end() ? "warming up  " : "waiting for the last events  ";
    }
  }
}
