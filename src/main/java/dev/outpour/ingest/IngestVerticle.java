package dev.outpour.ingest;

import dev.outpour.api.PublicApi;
import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History;
import dev.outpour.history.HistorySettings;
import dev.outpour.log.LocalLog;
import dev.outpour.log.UpdateBus;
import dev.outpour.logging.ThrottledLog;
import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.settings.CannotStartException;
import dev.outpour.settings.Settings;
import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import dev.outpour.update.RefusedException;
import dev.outpour.update.SegmentLimit;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the log: receives updates from the event bus, appends them in groups, announces commits, and
 * answers questions about the log.
 *
 * <p>It reads the sections {@code ingest} and {@code history} of its configuration, and {@code
 * limits.segmentsPerTopic}. A cluster has one: this one refuses to start if it finds another, and
 * gives way if one with a longer log appears later.
 */
@PublicApi
public final class IngestVerticle extends VerticleBase {

  private static final Logger logger = LoggerFactory.getLogger(IngestVerticle.class);

  private static final long REPLY_MILLIS = 2_000;
  private static final int NO_ANSWER = 504;
  private static final int TRIES = 4;

  private final BiFunction<Vertx, HistorySettings, Future<History>> opening;
  private final ThrottledLog refused = new ThrottledLog(TurnBudget::nowMillis);
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private @Nullable SplitBrainGuard guard;
  private Future<History> history = Future.failedFuture("Not started");
  private Future<GroupCommit> groupCommit = Future.failedFuture("Not started");

  public IngestVerticle() {
    this(HistoryFactory::open);
  }

  /**
   * @param opening opens the log of the configuration
   */
  IngestVerticle(BiFunction<Vertx, HistorySettings, Future<History>> opening) {
    this.opening = opening;
  }

  @Override
  public Future<?> start() {
    Settings settings = Settings.of(config());
    IngestSettings ingest = IngestSettings.from(settings.section("ingest"));
    HistorySettings kept = HistorySettings.from(settings.section("history"));
    SegmentLimit segments = SegmentLimit.from(settings.sharedSection("limits"));
    settings.check();

    LocalLog log = LocalLog.of(vertx);
    return refuseIfOwned(log.bus(), TRIES)
        .compose(alone -> history = opening.apply(vertx, kept))
        .compose(opened -> serve(log, opened, ingest, kept, segments));
  }

  /**
   * Fails if the log has an owner.
   *
   * @param tries how often to ask an owner that does not answer. It may be a node that has just
   *     gone, which the cluster does not know yet
   */
  private static Future<Void> refuseIfOwned(MessageBus bus, int tries) {
    LogMessage.Follow question = new LogMessage.Follow(Optional.empty(), 0);
    return bus.request(MessageBus.LOG, question, LogMessage.Grown.class, REPLY_MILLIS)
        .transform(
            answer -> {
              if (answer.succeeded()) {
                return alreadyOwned("the log " + answer.result().log().logId());
              }
              if (!isNoAnswer(answer.cause())) {
                return Future.succeededFuture();
              }
              return tries > 1
                  ? refuseIfOwned(bus, tries - 1)
                  : alreadyOwned("the log, and does not answer now");
            });
  }

  private static boolean isNoAnswer(Throwable failure) {
    return failure instanceof RefusedException refused && refused.refusal().status() == NO_ANSWER;
  }

  private static Future<Void> alreadyOwned(String what) {
    return Future.failedFuture(
        new CannotStartException(
            "Another ingest verticle owns "
                + what
                + ": stop it, or start this one in another cluster"));
  }

  private Future<Void> serve(
      LocalLog log,
      History opened,
      IngestSettings settings,
      HistorySettings kept,
      SegmentLimit segments) {
    LogService service =
        new LogService(vertx, opened, settings.topic(), kept.durable(), log::gathered);
    PrometheusMetrics metrics = PrometheusMetrics.of(vertx);
    GroupCommit groups =
        new GroupCommit(
            vertx,
            opened::append,
            new LogGrowth(log, service, metrics),
            (long) settings.intakeMegabytes() << 20,
            System::nanoTime);
    groupCommit = Future.succeededFuture(groups);
    log.meters().intake(groups::waitingBytes);
    Function<List<Batch>, Future<List<Outcome>>> append =
        batches ->
            groups.submit(batches.stream().map(batch -> batch.orTo(settings.topic())).toList());
    BusPublishHandler fromBus =
        new BusPublishHandler(
            append, metrics, refused, settings.maxUpdateKilobytes() * 1024, segments);
    opened.lost().onSuccess(this::announceLost);
    log.own(service.description(), append, opened::retained);
    new LogWatch(vertx, opened, groups, log.health()).start();
    return Future.all(
            log.bus().answer(MessageBus.LOG, service::answer).onSuccess(consumers::add),
            log.bus()
                .answer(MessageBus.APPEND, new AppendHandler(service, append, refused)::handle)
                .onSuccess(consumers::add))
        .compose(listening -> listen(fromBus))
        .onSuccess(
            listening ->
                guard =
                    new SplitBrainGuard(
                        vertx, opened::head, System.currentTimeMillis(), this::giveWay));
  }

  private Future<Void> listen(BusPublishHandler fromBus) {
    MessageConsumer<Object> consumer = vertx.eventBus().consumer(UpdateBus.INGEST, fromBus::take);
    consumers.add(consumer);
    return consumer.completion();
  }

  /** Announces that the log is lost. From here on, every publish is refused. */
  private void announceLost(String reason) {
    logger.error(reason);
    UpdateBus.tellLost(vertx, reason);
  }

  /** Stops serving, since another owner has a longer log. The updates of this log stay in it. */
  private void giveWay(String log, long last) {
    logger.error(
        "Another ingest verticle owns the log {}, which is longer (to {}) and takes precedence: this"
            + " one rejects updates from now on. Stop one of the two",
        log,
        last);
    retire();
  }

  /** Stops accepting updates, and answers those it accepted. Then this process follows the log. */
  private Future<Void> retire() {
    if (guard != null) {
      guard.close();
    }
    List<Future<Void>> unregistered = consumers.stream().map(MessageConsumer::unregister).toList();
    consumers.clear();
    return Future.join(unregistered)
        .otherwiseEmpty()
        .compose(gone -> groupCommit.compose(GroupCommit::close).otherwiseEmpty())
        .onComplete(answered -> LocalLog.of(vertx).disown());
  }

  /** Retires, then closes the log. */
  @Override
  public Future<?> stop() {
    return retire().compose(answered -> history.compose(History::close).otherwiseEmpty());
  }
}
