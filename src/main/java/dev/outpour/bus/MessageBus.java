package dev.outpour.bus;

import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends typed messages between the hub's verticles, in one process or across the cluster. It does
 * not know what they are about.
 *
 * <p>It may be used from any thread.
 */
public final class MessageBus {

  private static final Logger log = LoggerFactory.getLogger(MessageBus.class);

  /** Where batches are sent to the owner of the log. */
  public static final String APPEND = "outpour.append";

  /** Where the owner of the log answers questions about it. */
  public static final String LOG = "outpour.log";

  /** Where processes tell each other what was revoked. */
  public static final String REVOKED = "outpour.revoked";

  /** Where every node listens to what others tell of themselves and want to be told. */
  public static final String NODES = "outpour.nodes";

  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  private static final int ANOTHER_LOG = 409;

  /** How long an append may take, in milliseconds. */
  public static final long APPEND_MILLIS = 10_000;

  /** By how much later than Vert.x this gives a question up. */
  private static final long GRACE_MILLIS = 500;

  private final Vertx vertx;

  /** Creates one: there is one per Vert.x. */
  public MessageBus(Vertx vertx) {
    this.vertx = vertx;
    vertx.eventBus().registerCodec(new LogMessageCodec());
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
  public Future<List<Outcome>> append(Optional<String> logId, List<Batch> batches) {
    LogMessage.Append question = new LogMessage.Append(logId, batches);
    return request(APPEND, question, LogMessage.Appended.class, APPEND_MILLIS)
        .map(LogMessage.Appended::outcomes)
        .recover(failure -> Future.failedFuture(isAnotherLog(failure) ? notMine() : failure));
  }

  /** Whether a question was refused since it named another log than that of the one asked. */
  public static boolean isAnotherLog(Throwable failure) {
    return failure instanceof RefusedException refused && refused.refusal().status() == ANOTHER_LOG;
  }

  private static RefusedException notMine() {
    return Refusal.unavailable("Another log answers than the one followed here: try again")
        .asException();
  }

  /** Tells one who listens at an address something that needs no answer. */
  public void send(String address, LogMessage message) {
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
  public void tell(String address) {
    vertx.eventBus().send(address, null, LOCAL);
  }

  private static DeliveryOptions options() {
    return new DeliveryOptions().setCodecName(LogMessageCodec.NAME);
  }

  /** What a failure of a request says to its caller; it may have been done if no answer came. */
  public static RefusedException asRefused(Throwable failure) {
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
