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
 * not know what they are for. Any thread may call it.
 */
public final class MessageBus {

  private static final Logger log = LoggerFactory.getLogger(MessageBus.class);

  /** The address of the log's owner for batches to append. */
  public static final String APPEND = "outpour.append";

  /** The address of the log's owner for questions. */
  public static final String LOG = "outpour.log";

  /** The address of all processes for revocations. */
  public static final String REVOKED = "outpour.revoked";

  /** The address of all nodes for status and its watchers. */
  public static final String NODES = "outpour.nodes";

  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);

  private static final int ANOTHER_LOG = 409;

  /** The timeout of an append. */
  public static final long APPEND_MILLIS = 10_000;

  /** How much longer than the timeout of Vert.x a question may wait. */
  private static final long GRACE_MILLIS = 500;

  private final Vertx vertx;

  /** Creates the only one of a Vert.x. */
  public MessageBus(Vertx vertx) {
    this.vertx = vertx;
    vertx.eventBus().registerCodec(new LogMessageCodec());
  }

  /**
   * Sends a question, and expects an answer of a type.
   *
   * @return fails with a {@link RefusedException}: the refusal of the receiver, 503 without a
   *     receiver, or 504 after a timeout
   */
  public <T extends LogMessage> Future<T> request(
      String address, LogMessage question, Class<T> kind, long timeoutMillis) {
    DeliveryOptions options = options().setSendTimeout(timeoutMillis);
    return vertx
        .eventBus()
        .<LogMessage>request(address, question, options)
        .map(answer -> answerOf(kind, answer.body()))
        // Vert.x never times out if an answer arrives but cannot be decoded.
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
   * Sends batches to the owner of a log.
   *
   * @param logId the log; empty for any
   * @return an outcome for each, in order. Fails as {@link #request} does, and with 503 if only the
   *     owner of another log can be reached
   */
  public Future<List<Outcome>> append(Optional<String> logId, List<Batch> batches) {
    LogMessage.Append question = new LogMessage.Append(logId, batches);
    return request(APPEND, question, LogMessage.Appended.class, APPEND_MILLIS)
        .map(LogMessage.Appended::outcomes)
        .recover(failure -> Future.failedFuture(isAnotherLog(failure) ? notMine() : failure));
  }

  /** Whether the receiver refused a question because it owns another log. */
  public static boolean isAnotherLog(Throwable failure) {
    return failure instanceof RefusedException refused && refused.refusal().status() == ANOTHER_LOG;
  }

  private static RefusedException notMine() {
    return Refusal.unavailable("Another log answers than the one followed here: try again")
        .asException();
  }

  /** Sends a message to one consumer of an address, without an answer. */
  public void send(String address, LogMessage message) {
    vertx.eventBus().send(address, message, options());
  }

  /** Registers a consumer for the messages to an address. Other messages are refused. */
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

  /** The body of a message; empty if it has none or cannot be decoded. */
  public static Optional<Object> body(Message<?> message) {
    try {
      return Optional.ofNullable(message.body());
    } catch (RuntimeException e) {
      // Bodies are decoded lazily, and everyone who reaches the bus can send them.
      return Optional.empty();
    }
  }

  /** Answers a question. */
  public static void reply(Message<LogMessage> question, LogMessage answer) {
    question.reply(answer, options());
  }

  /** Refuses a question about another log than the one that this process owns. */
  public static void refuseAnother(Message<?> question, String owned, String named) {
    String detail = "This is the log " + owned + ", not " + named;
    refuse(question, new Refusal(ANOTHER_LOG, detail, 0));
  }

  /** Answers a question with a refusal. */
  public static void refuse(Message<?> question, Refusal refusal) {
    question.fail(refusal.status(), refusal.detail());
  }

  /** Publishes a message to all consumers of an address, in all processes of the cluster. */
  public void tellAll(String address, LogMessage message) {
    vertx.eventBus().publish(address, message, options());
  }

  /** Sends an empty message to one consumer in this process, as a signal. */
  public void tell(String address) {
    vertx.eventBus().send(address, null, LOCAL);
  }

  private static DeliveryOptions options() {
    return new DeliveryOptions().setCodecName(LogMessageCodec.NAME);
  }

  /** The refusal for a failed request. After a timeout, it may have been executed. */
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
