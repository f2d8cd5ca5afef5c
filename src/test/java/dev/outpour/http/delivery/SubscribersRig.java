package dev.outpour.http.delivery;

import dev.outpour.Await;
import dev.outpour.TestHub;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.http.operate.LocalNode;
import dev.outpour.http.operate.SubscriberList;
import dev.outpour.http.operate.SubscriberSearch;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.http.stream.TransferCoding;
import dev.outpour.ingest.IngestVerticle;
import dev.outpour.log.LocalLog;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.CloseReason;
import dev.outpour.metrics.Metrics;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Interest;
import dev.outpour.update.Outcome;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Samples;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import dev.outpour.update.Update;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The readers of one event loop over a real log, where the test says when the loop hears that the
 * log has grown, when the wheel of heartbeats moves on, and what the sockets take.
 */
public final class SubscribersRig implements AutoCloseable {

  private static final int A_TURN_OF_THE_WHEEL = Heartbeats.PERIOD_MILLIS / Heartbeats.TICK_MILLIS;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final LocalLog log;
  private final Context context;
  private final Subscribers audience;
  private final PlantedError planted = new PlantedError();

  /** A reader and its socket. */
  public record Reader(Subscriber stream, RecordingWriter socket) {}

  public SubscribersRig() {
    this(new JsonObject());
  }

  /**
   * @param history the section of that name
   */
  SubscribersRig(JsonObject history) {
    JsonObject config = new JsonObject().put("history", history.copy().put("store", "memory"));
    TestHub.await(
        vertx.deployVerticle(new IngestVerticle(), new DeploymentOptions().setConfig(config)));
    log = LocalLog.of(vertx);
    context = vertx.getOrCreateContext();
    audience =
        on(
            () ->
                new Subscribers(
                    vertx, log, Metrics.NONE, PendingWrites.ofOneLoop(), 120_000, planted));
    grown();
  }

  /** Has two or three pages of the log held here, of hundreds of kilobytes. */
  void holdFewPages() {
    log.limitPages(600_000);
  }

  /** What the log's owner is asked from now on. */
  Queue<LogMessage> questions() {
    Queue<LogMessage> questions = new ConcurrentLinkedQueue<>();
    vertx
        .eventBus()
        .<LogMessage>addInboundInterceptor(
            delivery -> {
              if (delivery.message().address().equals(MessageBus.LOG)) {
                questions.add(delivery.message().body());
              }
              delivery.next();
            });
    return questions;
  }

  /** Has the log's owner leave those unanswered who ask where they begin; or refuse them. */
  void ownerRefuses(Optional<Refusal> refusal) {
    vertx
        .eventBus()
        .<LogMessage>addInboundInterceptor(
            delivery -> {
              Message<LogMessage> message = delivery.message();
              if (message.address().equals(MessageBus.LOG)
                  && message.body() instanceof LogMessage.Locate) {
                refusal.ifPresent(each -> message.fail(each.status(), each.detail()));
              } else {
                delivery.next();
              }
            });
  }

  /** Does something on the loop and waits for it. */
  public <T> T on(Supplier<T> what) {
    CompletableFuture<T> done = new CompletableFuture<>();
    context.runOnContext(
        turn -> {
          try {
            done.complete(what.get());
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    try {
      return done.get(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Does something on the loop and waits for it. */
  public void on(Runnable what) {
    on(
        () -> {
          what.run();
          return true;
        });
  }

  /** Publishes an update; the loop does not hear of it. Returns its position. */
  public Position publish(String data, String... topics) {
    return publish(
        List.of(
            new Draft(
                Stream.of(topics).map(Topic::parse).toList(),
                null,
                null,
                Update.Form.JSON,
                Buffer.buffer(data))));
  }

  /** Publishes the last update of topics; the loop does not hear of it. Returns its position. */
  Position publishLast(String data, String... topics) {
    return publish(List.of(Samples.last(data, topics)));
  }

  /** Publishes numbers to a topic at once; the loop does not hear of it. Returns the last. */
  Position publishNumbers(String topic, int from, int to) {
    return publish(
        IntStream.rangeClosed(from, to)
            .mapToObj(
                i ->
                    new Draft(
                        List.of(Topic.parse(topic)),
                        null,
                        null,
                        Update.Form.JSON,
                        Buffer.buffer(Integer.toString(i))))
            .toList());
  }

  private Position publish(List<Draft> drafts) {
    Outcome outcome = TestHub.await(log.append(List.of(new Batch(drafts)))).get(0);
    return outcome.receipts().get(drafts.size() - 1).position();
  }

  /** What has a step of delivery fail when it is told to. */
  PlantedError planted() {
    return planted;
  }

  /** The number up to which the loop has come. */
  long head() {
    return on(audience::head);
  }

  /** How many readers there are. */
  int size() {
    return on(audience::size);
  }

  /** Holds no pages in memory, as if the loop had been held up for long. */
  void dropPages() {
    log.limitPages(0);
  }

  /** Has the loop hear of all that was published, and waits until it has swept that. */
  void grown() {
    long last = log.description().head().last();
    on(audience::grown);
    Await.until(() -> on(() -> audience.head() >= last), () -> audience.head() + " of " + last);
    // A sweep goes on in turns of its own, each before what is asked for after it.
    on(() -> {});
  }

  /**
   * Has the loop hear of all that was published, and does something after each of so many turns of
   * the sweep.
   */
  void grownInTurns(int turns, IntConsumer afterEach) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    context.runOnContext(
        turn -> {
          audience.grown();
          goOn(0, turns, afterEach, done);
        });
    try {
      done.get(Await.LONG.toMillis(), TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void goOn(int turn, int turns, IntConsumer afterEach, CompletableFuture<Boolean> done) {
    try {
      afterEach.accept(turn);
    } catch (RuntimeException | Error e) {
      done.completeExceptionally(e);
      return;
    }
    if (turn == turns) {
      done.complete(true);
    } else {
      // The sweep's own next turn was asked for before.
      context.runOnContext(next -> goOn(turn + 1, turns, afterEach, done));
    }
  }

  /** Ends a stream; on the loop. */
  void end(Reader reader, CloseReason reason) {
    audience.end(reader.stream(), reason);
  }

  /** Has the loop hear of all that was published, whatever becomes of it. */
  public void growthIsHeard() {
    on(audience::grown);
    on(() -> {});
  }

  /** Has the wheel move on by one slot. */
  void tick() {
    on(audience::tick);
  }

  /** Has the wheel come by every reader once. */
  void heartbeat() {
    on(
        () -> {
          for (int i = 0; i < A_TURN_OF_THE_WHEEL; i++) {
            audience.tick();
          }
        });
  }

  /** Has a reader come in. */
  public Reader enter(Start start, String... patterns) {
    return enterAtOnce(List.of(start), patterns).get(0);
  }

  /** Has readers come in who want the same. */
  List<Reader> enterAtOnce(List<? extends Start> starts, String... patterns) {
    return on(() -> starts.stream().map(start -> enterNow(start, patterns)).toList());
  }

  /** Has a reader come in; on the loop. */
  Reader enterNow(Start start, String... patterns) {
    Interest interest = Interest.of(Stream.of(patterns).map(TopicPattern::parse).toList());
    RecordingWriter socket = new RecordingWriter();
    InterestGroup group =
        audience.group(
            new InterestGroup.Want(interest, EventEncoder.Form.PLAIN, TransferCoding.PLAIN));
    Subscriber stream = new Subscriber(group, start, socket);
    audience.enter(stream);
    return new Reader(stream, socket);
  }

  /** Has a reader come back with what it would come back with; from now on if it has nothing. */
  Reader comeBack(String lastEventId, String... patterns) {
    Start start =
        Position.parse(lastEventId).<Start>map(Start.After::new).orElseGet(Start.Now::new);
    return enter(start, patterns);
  }

  /** Has a reader's connection end. */
  void leave(Reader reader) {
    on(() -> audience.leave(reader.stream(), CloseReason.GONE));
  }

  /** Has all readers sent away; how many of them are left after the turn in which that begins. */
  int evictAll(CloseReason reason) {
    return on(
        () -> {
          new Evictions(vertx, audience::end).end(audience.subscribers(), reason);
          return audience.size();
        });
  }

  /**
   * Has the loop hear of all that was published; how many are live after the turn in which it is.
   */
  long liveAfterTheTurnOfGrowth() {
    return on(
        () -> {
          audience.grown();
          return audience.subscribers().stream()
              .filter(stream -> stream.state == Subscriber.State.LIVE)
              .count();
        });
  }

  /**
   * Looks on the loop for those who read something of a pattern.
   *
   * @param turns is told how long each turn took, in nanoseconds
   */
  SubscriberList look(String pattern, int most, LongConsumer turns) {
    SubscriberList.Filter filter =
        new SubscriberList.Filter(Optional.of(TopicPattern.parseAny(pattern)), 0, most);
    return on(
        () -> {
          SubscriberSearch search = new SubscriberSearch(audience, LocalNode.of(vertx), filter, 0);
          SubscriberList found = null;
          while (found == null) {
            long begun = System.nanoTime();
            found = search.run(new TurnBudget());
            turns.accept(System.nanoTime() - begun);
          }
          return found;
        });
  }

  /** How many readers there are. */
  int readers() {
    return on(audience::size);
  }

  /** Waits until a reader is live. */
  void awaitLive(Reader reader) {
    Await.until(
        () -> on(() -> reader.stream().state == Subscriber.State.LIVE),
        () -> reader.stream().state + " " + reader.socket().blocks());
  }

  @Override
  public void close() {
    TestHub.await(vertx.close());
  }
}
