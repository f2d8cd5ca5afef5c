package dev.outpour.log;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.LogMessageCodec;
import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's addresses on the event bus, typed.
 *
 * <p>Other verticles, in this process or anywhere in the cluster, publish by sending to {@link
 * #INGEST} and read with {@link #listen}. The other addresses are for the hub's own verticles.
 *
 * <p>It may be used from any thread.
 */
public final class UpdateBus {

  private static final Logger log = LoggerFactory.getLogger(UpdateBus.class);

  /**
   * Where other verticles send updates: the body (JsonObject, JsonArray, String or Buffer) is the
   * data, the headers {@code topic} (repeatable), {@code event}, {@code key}, {@code end} and
   * {@code content-type} say the rest; {@code request-id} is what the request is called in logs.
   * The reply is a JsonObject with the {@code id}; a failure carries the HTTP status as its code.
   */
  public static final String INGEST = "outpour.ingest";

  /** Where the hub's verticles send batches; its presence also says that the log has an owner. */
  public static final String APPEND = "outpour.append";

  /** Where the owner of the log answers questions about it. */
  public static final String LOG = "outpour.log";

  /** Where processes tell each other what was revoked. */
  public static final String REVOKED = "outpour.revoked";

  /**
   * Where it is said, inside the process that owns the log, that the log cannot be used any more;
   * the body is a sentence for the operator. The process is to be ended: the jar does so by itself.
   */
  public static final String LOST = "outpour.lost";

  /** Where every node listens to what others tell of themselves and want to be told. */
  public static final String NODES = "outpour.nodes";

  /** What the addresses of those begin with who are told, inside one process, of new updates. */
  static final String UPDATES = "outpour.updates";

  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  private static final int ANOTHER_LOG = 409;

  static final long APPEND_MILLIS = 10_000;

  /** By how much later than Vert.x this gives a question up. */
  private static final long GRACE_MILLIS = 500;

  private final Vertx vertx;

  UpdateBus(Vertx vertx) {
    this.vertx = vertx;
    vertx.eventBus().registerCodec(new LogMessageCodec());
  }

  /**
   * Reads the log from now on: every update after this call, once and in order; where the log is
   * not known yet, every update after it has become so.
   *
   * @param handler called on the context of the caller
   */
  public static UpdateListener listen(Vertx vertx, Handler<Update> handler) {
    return listen(vertx, null, handler);
  }

  /**
   * Reads the log: every update after a position, once and in order.
   *
   * @param from the position; null: from now on
   * @param handler called on the context of the caller
   */
  public static UpdateListener listen(
      Vertx vertx, @Nullable Position from, Handler<Update> handler) {
    return new UpdateListener(vertx, LocalLog.of(vertx), from, handler).start();
  }

  /**
   * Asks and waits for an answer of the expected kind.
   *
   * @return fails with {@link RefusedException}: what the other side said, 503 if nobody is there,
   *     504 if no answer came in time
   */
  public <T extends LogMessage> Future<T> request(
      String address, LogMessage question, Class<T> kind, long timeoutMillis) {
    DeliveryOptions options = options().setSendTimeout(timeoutMillis);
    return vertx
        .eventBus()
        .<LogMessage>request(address, question, options)
        .map(answer -> answerOf(kind, answer.body()))
        // Whatever becomes of an answer on its way to here, who asked does not wait for ever.
        .timeout(timeoutMillis + GRACE_MILLIS, TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(asRefused(failure)));
  }

  private static <T extends LogMessage> T answerOf(Class<T> kind, LogMessage answer) {
    if (!kind.isInstance(answer)) {
      log.warn(
          "An answer could not be read, {}: do all nodes run the same version?",
          answer instanceof LogMessage.Unreadable unreadable
              ? unreadable.why()
              : answer.getClass().getSimpleName());
    }
    return kind.cast(answer);
  }

  /**
   * Sends a group of batches to the owner of a log.
   *
   * @param logId the log; empty: whichever there is
   * @return an outcome for each, in order; fails as {@link #request} does, with 503 if only another
   *     log can be reached
   */
  Future<List<Outcome>> append(Optional<String> logId, List<Batch> batches) {
    LogMessage.Append question = new LogMessage.Append(logId, batches);
    return request(APPEND, question, LogMessage.Appended.class, APPEND_MILLIS)
        .map(LogMessage.Appended::outcomes)
        .recover(failure -> Future.failedFuture(isAnotherLog(failure) ? notMine() : failure));
  }

  /** Whether a question was refused since it named another log than that of the one asked. */
  static boolean isAnotherLog(Throwable failure) {
    return failure instanceof RefusedException refused && refused.refusal().status() == ANOTHER_LOG;
  }

  private static RefusedException notMine() {
    return Refusal.unavailable("Another log answers than the one followed here: try again")
        .asException();
  }

  /** Tells one who listens at an address something that needs no answer. */
  void send(String address, LogMessage message) {
    vertx.eventBus().send(address, message, options());
  }

  /** Receives what is asked at an address, from any process of the cluster; refuses all else. */
  public Future<MessageConsumer<LogMessage>> answer(
      String address, Handler<Message<LogMessage>> handler) {
    MessageConsumer<LogMessage> consumer =
        vertx
            .eventBus()
            .consumer(
                address,
                question -> {
                  Object body = body(question).orElse(null);
                  if (body instanceof LogMessage && !(body instanceof LogMessage.Unreadable)) {
                    handler.handle(question);
                  } else {
                    refuse(question, Refusal.badRequest("Not a message of the hub"));
                  }
                });
    return consumer.completion().map(consumer);
  }

  /** What a message says; empty if nothing, or if its bytes are not what they are said to be. */
  public static Optional<Object> body(Message<?> message) {
    try {
      return Optional.ofNullable(message.body());
    } catch (RuntimeException e) {
      // It is read only now, and came from anyone who can reach the bus.
      return Optional.empty();
    }
  }

  /** Answers a question. */
  public static void reply(Message<LogMessage> question, LogMessage answer) {
    question.reply(answer, options());
  }

  /** Refuses a question that names another log than the one owned here. */
  public static void refuseAnother(Message<?> question, String owned, String named) {
    String detail = "This is the log " + owned + ", not " + named;
    refuse(question, new Refusal(ANOTHER_LOG, detail, 0));
  }

  /** Answers a question with a refusal. */
  public static void refuse(Message<?> question, Refusal refusal) {
    question.fail(refusal.status(), refusal.detail());
  }

  /** Tells everyone who listens at an address, in all processes of the cluster. */
  public void tellAll(String address, LogMessage message) {
    vertx.eventBus().publish(address, message, options());
  }

  /** Tells one receiver inside this process, without saying what: it knows where to look. */
  void tell(String address) {
    vertx.eventBus().send(address, null, LOCAL);
  }

  /** Says that the log is lost. */
  public void tellLost(String why) {
    vertx.eventBus().publish(LOST, why, LOCAL);
  }

  private static DeliveryOptions options() {
    return new DeliveryOptions().setCodecName(LogMessageCodec.NAME);
  }

  static RefusedException asRefused(Throwable failure) {
    if (failure instanceof RefusedException refused) {
      return refused;
    }
    if (failure instanceof ReplyException reply) {
      if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
        return Refusal.unavailable("The log's owner is away: try again").asException();
      }
      if (reply.failureType() == ReplyFailure.RECIPIENT_FAILURE && reply.failureCode() >= 400) {
        int retryAfter = reply.failureCode() >= 500 ? 1 : 0;
        String detail = String.valueOf(reply.getMessage());
        return new Refusal(reply.failureCode(), detail, retryAfter).asException();
      }
    }
    return Refusal.indeterminate().asException();
  }
}
