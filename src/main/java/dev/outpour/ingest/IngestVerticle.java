package dev.outpour.ingest;

import dev.outpour.broadcast.GroupQueue;
import dev.outpour.broadcast.LocalLog;
import dev.outpour.broadcast.LogMessage;
import dev.outpour.broadcast.UpdateBus;
import dev.outpour.history.Histories;
import dev.outpour.history.History;
import dev.outpour.history.HistorySettings;
import dev.outpour.settings.CannotStartException;
import dev.outpour.settings.Settings;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Outcome;
import dev.outpour.update.Page;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the log: takes updates from the event bus, appends them in groups, publishes what was
 * committed, and answers what others ask about it.
 *
 * <p>It reads the sections {@code ingest} and {@code history} of its configuration. There is one in
 * a cluster: where another is found, this one refuses to start, and where an elder appears later,
 * it gives way.
 */
public final class IngestVerticle extends VerticleBase {

  private static final Logger logger = LoggerFactory.getLogger(IngestVerticle.class);

  private static final long ANSWER_MILLIS = 2_000;
  private static final long TRIM_MILLIS = 10_000;
  private static final int NO_ANSWER = 504;
  private static final int TRIES = 4;

  private final BiFunction<Vertx, HistorySettings, Future<History>> opening;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private @Nullable Rivals rivals;
  private Future<History> history = Future.failedFuture("Not started");
  private Future<GroupQueue> queue = Future.failedFuture("Not started");

  public IngestVerticle() {
    this(Histories::open);
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
    settings.check();

    LocalLog log = LocalLog.of(vertx);
    return refuseIfOwned(log.bus(), TRIES)
        .compose(alone -> history = opening.apply(vertx, kept))
        .compose(opened -> serve(log, opened, ingest, kept));
  }

  /**
   * Asks whether the log has an owner.
   *
   * @param tries how often to ask one that does not answer: it may be a node that has just gone, of
   *     whom the cluster has yet to learn that
   */
  private static Future<Void> refuseIfOwned(UpdateBus bus, int tries) {
    LogMessage.Follow question = new LogMessage.Follow(Optional.empty(), 0);
    return bus.request(UpdateBus.LOG, question, LogMessage.Grown.class, ANSWER_MILLIS)
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
      LocalLog log, History opened, IngestSettings settings, HistorySettings kept) {
    LogService service = new LogService(vertx, opened, settings.topic(), kept.durable());
    GroupQueue groups =
        new GroupQueue(
            batches -> append(log, service, opened, batches),
            (long) settings.intakeMegabytes() << 20,
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    queue = Future.succeededFuture(groups);
    BusIntake intake =
        new BusIntake(
            batch -> groups.submit(toDefault(batch, settings.topic())),
            settings.maxUpdateKilobytes() * 1024);
    opened.lost().onSuccess(this::tellLost);
    log.own(service.description());
    // An empty batch: where nothing is published, what has expired goes all the same.
    vertx.setPeriodic(TRIM_MILLIS, tick -> groups.submit(new Batch(List.of())));
    return Future.all(
            log.bus().answer(UpdateBus.LOG, service::answer).onSuccess(consumers::add),
            log.bus()
                .answer(UpdateBus.APPEND, asked -> append(service, groups, asked, settings.topic()))
                .onSuccess(consumers::add))
        .compose(listening -> listen(intake))
        .onSuccess(
            listening -> rivals = new Rivals(vertx, service.description().logId(), this::giveWay));
  }

  private Future<Void> listen(BusIntake intake) {
    MessageConsumer<Object> consumer = vertx.eventBus().consumer(UpdateBus.INGEST, intake::take);
    consumers.add(consumer);
    return consumer.completion();
  }

  private static Future<List<Outcome>> append(
      LocalLog log, LogService service, History history, List<Batch> batches) {
    return history
        .append(batches)
        .map(
            commit -> {
              Page page = commit.page();
              if (page.to() > page.from()) {
                log.grow(service.description(), page);
                service.grew(page);
              }
              return commit.outcomes();
            })
        .recover(
            failure -> {
              log.settle(service.description());
              return Future.failedFuture(notStored(failure));
            });
  }

  private static RefusedException notStored(Throwable failure) {
    return failure instanceof RefusedException refused
        ? refused
        : Refusal.unavailable("The log cannot be written now: try again later").asException();
  }

  private static void append(
      LogService service, GroupQueue groups, Message<LogMessage> asked, Topic defaultTopic) {
    if (!(asked.body() instanceof LogMessage.Append append)) {
      UpdateBus.refuse(asked, Refusal.badRequest("Not a request to append"));
      return;
    }
    if (append.logId().isPresent() && !service.isMine(asked, append.logId().get())) {
      return;
    }
    List<Future<Outcome>> outcomes =
        groups.submitAll(
            append.batches().stream().map(batch -> toDefault(batch, defaultTopic)).toList());
    Future.all(outcomes)
        .onSuccess(all -> UpdateBus.reply(asked, new LogMessage.Appended(all.<Outcome>list())));
  }

  private static Batch toDefault(Batch batch, Topic defaultTopic) {
    List<Draft> drafts = batch.drafts();
    return drafts.stream().noneMatch(draft -> draft.topics().isEmpty())
        ? batch
        : new Batch(drafts.stream().map(draft -> draft.orTo(defaultTopic)).toList());
  }

  /** From here on every publish is refused; whether the process ends is for others to decide. */
  private void tellLost(String why) {
    logger.error(why);
    LocalLog.of(vertx).bus().tellLost(why);
  }

  /** Leaves everything to an elder, and its updates where they are. */
  private void giveWay(String elder) {
    logger.error(
        "Another ingest verticle has owned the log {} for longer: this one takes no more updates,"
            + " stop one of the two",
        elder);
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
        .compose(gone -> queue.compose(GroupQueue::close).otherwiseEmpty())
        .onComplete(answered -> LocalLog.of(vertx).disown());
  }

  /** Retires, then closes the log. */
  @Override
  public Future<?> stop() {
    return retire().compose(answered -> history.compose(History::close).otherwiseEmpty());
  }
}
