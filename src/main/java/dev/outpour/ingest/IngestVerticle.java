package dev.outpour.ingest;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.history.History;
import dev.outpour.history.HistorySettings;
import dev.outpour.log.LocalLog;
import dev.outpour.log.UpdateBus;
import dev.outpour.metrics.Metrics;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.settings.CannotStartException;
import dev.outpour.settings.Settings;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.SegmentLimit;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
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
 * Owns the log: takes updates from the event bus, appends them in groups, publishes what was
 * committed, and answers what others ask about it.
 *
 * <p>It reads the sections {@code ingest} and {@code history} of its configuration, and {@code
 * limits.segmentsPerTopic}. There is one in a cluster: where another is found, this one refuses to
 * start, and where one with a longer log appears later, it gives way.
 */
public final class IngestVerticle extends VerticleBase {

  private static final Logger logger = LoggerFactory.getLogger(IngestVerticle.class);

  private static final long ANSWER_MILLIS = 2_000;
  private static final int NO_ANSWER = 504;
  private static final int TRIES = 4;

  private final BiFunction<Vertx, HistorySettings, Future<History>> opening;
  private final RefusedLog refused = new RefusedLog(System::nanoTime);
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private @Nullable SplitBrainGuard rivals;
  private Future<History> history = Future.failedFuture("Not started");
  private Future<GroupCommit> intake = Future.failedFuture("Not started");

  public IngestVerticle() {
    this(HistoryFactory::open);
  }

  /**
   * @param opening opens the log that its configuration asks for
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
   * Asks whether the log has an owner.
   *
   * @param tries how often to ask one that does not answer: it may be a node that has just gone, of
   *     whom the cluster has yet to learn that
   */
  private static Future<Void> refuseIfOwned(MessageBus bus, int tries) {
    LogMessage.Follow question = new LogMessage.Follow(Optional.empty(), 0);
    return bus.request(MessageBus.LOG, question, LogMessage.Grown.class, ANSWER_MILLIS)
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
            "Another ingest verticle owns " + what + ": stop it, or start this one elsewhere"));
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
    intake = Future.succeededFuture(groups);
    log.meters().intake(groups::waitingBytes);
    Function<List<Batch>, Future<List<Outcome>>> append =
        batches -> groups.submit(toDefault(batches, settings.topic()));
    BusPublishHandler fromBus =
        new BusPublishHandler(
            append, metrics, refused, settings.maxUpdateKilobytes() * 1024, segments);
    opened.lost().onSuccess(this::tellLost);
    log.own(service.description(), append, opened::retained);
    new LogWatch(vertx, opened, groups, log.health()).begin();
    return Future.all(
            log.bus().answer(MessageBus.LOG, service::answer).onSuccess(consumers::add),
            log.bus()
                .answer(MessageBus.APPEND, asked -> append(service, append, asked))
                .onSuccess(consumers::add))
        .compose(listening -> listen(fromBus))
        .onSuccess(
            listening ->
                rivals =
                    new SplitBrainGuard(
                        vertx, opened::head, System.currentTimeMillis(), this::giveWay));
  }

  private Future<Void> listen(BusPublishHandler fromBus) {
    MessageConsumer<Object> consumer = vertx.eventBus().consumer(UpdateBus.INGEST, fromBus::take);
    consumers.add(consumer);
    return consumer.completion();
  }

  /** Tells those who read and follow the log what was written to it, or not. */
  private record LogGrowth(LocalLog log, LogService service, Metrics metrics)
      implements GroupCommit.Observer {

    private static long dataBytes(Page page) {
      long bytes = 0;
      for (Update update : page.updates()) {
        bytes += update.data().length();
      }
      return bytes;
    }

    @Override
    public void committed(Page page, long acceptedNanos, long tookNanos) {
      log.health().works();
      if (page.to() > page.from()) {
        metrics.committed(page.updates().size(), dataBytes(page), tookNanos);
      }
      log.takeIn(service.description(), page, acceptedNanos);
    }

    @Override
    public void answered(Page page) {
      if (page.to() > page.from()) {
        log.tell();
        service.grew(page);
      }
    }

    @Override
    public Throwable failed(Throwable failure) {
      // What failed without a refusal may have been stored.
      log.settle(service.description());
      log.health().fails("The log cannot be written");
      return failure instanceof RefusedException ? failure : Refusal.indeterminate().asException();
    }
  }

  private void append(
      LogService service,
      Function<List<Batch>, Future<List<Outcome>>> append,
      Message<LogMessage> asked) {
    if (!(asked.body() instanceof LogMessage.Append question)) {
      MessageBus.refuse(asked, Refusal.badRequest("Not a request to append"));
      return;
    }
    if (question.logId().isPresent() && !service.isMine(asked, question.logId().get())) {
      return;
    }
    append
        .apply(question.batches())
        .onSuccess(
            outcomes -> {
              for (int i = 0; i < outcomes.size(); i++) {
                String request = question.batches().get(i).request();
                outcomes.get(i).refusal().ifPresent(refusal -> refused.add(request, refusal));
              }
              MessageBus.reply(asked, new LogMessage.Appended(outcomes));
            })
        .onFailure(
            failure -> {
              Refusal refusal = ((RefusedException) failure).refusal();
              question.batches().forEach(batch -> refused.add(batch.request(), refusal));
              MessageBus.refuse(asked, refusal);
            });
  }

  private static List<Batch> toDefault(List<Batch> batches, Topic defaultTopic) {
    return batches.stream().allMatch(IngestVerticle::saysWhereTo)
        ? batches
        : batches.stream().map(batch -> toDefault(batch, defaultTopic)).toList();
  }

  private static boolean saysWhereTo(Batch batch) {
    for (Draft draft : batch.drafts()) {
      if (draft.topics().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static Batch toDefault(Batch batch, Topic defaultTopic) {
    return saysWhereTo(batch)
        ? batch
        : new Batch(
            batch.drafts().stream().map(draft -> draft.orTo(defaultTopic)).toList(),
            batch.request());
  }

  /** From here on every publish is refused; whether the process ends is for others to decide. */
  private void tellLost(String why) {
    logger.error(why);
    UpdateBus.tellLost(vertx, why);
  }

  /** Leaves everything to the owner of a longer log, and its own updates where they are. */
  private void giveWay(String log, long last) {
    logger.error(
        "Another ingest verticle owns the log {}, which has come to {} and takes precedence: this"
            + " one takes no more updates, stop one of the two",
        log,
        last);
    retire();
  }

  /** Takes nothing more and answers what was taken; from then on this process follows. */
  private Future<Void> retire() {
    if (rivals != null) {
      rivals.close();
    }
    List<Future<Void>> unregistered = consumers.stream().map(MessageConsumer::unregister).toList();
    consumers.clear();
    return Future.join(unregistered)
        .otherwiseEmpty()
        .compose(gone -> intake.compose(GroupCommit::close).otherwiseEmpty())
        .onComplete(answered -> LocalLog.of(vertx).disown());
  }

  /** Retires, then closes the log. */
  @Override
  public Future<?> stop() {
    return retire().compose(answered -> history.compose(History::close).otherwiseEmpty());
  }
}
