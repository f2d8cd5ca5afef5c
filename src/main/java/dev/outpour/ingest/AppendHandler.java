package dev.outpour.ingest;

import dev.outpour.bus.LogMessage;
import dev.outpour.bus.MessageBus;
import dev.outpour.logging.ThrottledLog;
import dev.outpour.update.Batch;
import dev.outpour.update.Outcome;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.util.List;
import java.util.function.Function;

/** Appends the batches that HTTP verticles of all nodes send to {@link MessageBus#APPEND}. */
final class AppendHandler {

  private final LogService service;
  private final Function<List<Batch>, Future<List<Outcome>>> append;
  private final ThrottledLog refused;

  /**
   * @param append appends batches, and completes with the outcome of each after the commit
   */
  AppendHandler(
      LogService service,
      Function<List<Batch>, Future<List<Outcome>>> append,
      ThrottledLog refused) {
    this.service = service;
    this.append = append;
    this.refused = refused;
  }

  /** Appends batches, and replies with their outcomes. */
  void handle(Message<LogMessage> message) {
    if (!(message.body() instanceof LogMessage.Append request)) {
      MessageBus.refuse(message, Refusal.badRequest("Not a request to append"));
      return;
    }
    if (request.logId().isPresent() && !service.isMine(message, request.logId().get())) {
      return;
    }
    append
        .apply(request.batches())
        .onSuccess(outcomes -> reply(message, request.batches(), outcomes))
        .onFailure(
            failure -> {
              Refusal refusal = ((RefusedException) failure).refusal();
              request.batches().forEach(batch -> refused.addFromBus(batch.request(), refusal));
              MessageBus.refuse(message, refusal);
            });
  }

  private void reply(Message<LogMessage> message, List<Batch> batches, List<Outcome> outcomes) {
    for (int i = 0; i < outcomes.size(); i++) {
      String id = batches.get(i).request();
      outcomes.get(i).refusal().ifPresent(refusal -> refused.addFromBus(id, refusal));
    }
    MessageBus.reply(message, new LogMessage.Appended(outcomes));
  }
}
