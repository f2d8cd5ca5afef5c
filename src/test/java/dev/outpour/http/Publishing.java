package dev.outpour.http;

import dev.outpour.http.PlainLog.Entry;
import dev.outpour.http.delivery.Step;
import dev.outpour.http.delivery.Step.Item;
import dev.outpour.log.LocalLog;
import dev.outpour.update.Batch;
import dev.outpour.update.Draft;
import dev.outpour.update.Key;
import dev.outpour.update.Outcome;
import dev.outpour.update.Outcome.Receipt;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Publishes to a log and to its model, and knows every position. */
public final class Publishing {

  private static final String DEFAULT_TOPIC = "updates";

  private final LocalLog log;
  private final PlainLog paper;
  private final Runnable written;
  private final List<Position> given = new ArrayList<>();
  private int published;

  /**
   * @param written called after each batch in the model: subscribers may see the log in that state,
   *     since the batches of one step need not be committed together
   */
  public Publishing(LocalLog log, PlainLog paper, Runnable written) {
    this.log = log;
    this.paper = paper;
    this.written = written;
  }

  /** Publishes; succeeds if the outcome is the one of the model. */
  public Future<Void> publish(Step.Publish step, boolean ownerIsThere) {
    List<Batch> batches = new ArrayList<>();
    for (List<Item> items : step.batches()) {
      batches.add(new Batch(items.stream().map(this::draft).toList()));
    }
    if (!ownerIsThere) {
      return log.append(batches)
          .transform(
              answer ->
                  answer.failed()
                      ? Future.succeededFuture()
                      : Future.failedFuture(new AssertionError("Taken by nobody: " + answer)));
    }
    List<Outcome> expected = batches.stream().map(this::write).toList();
    return log.append(batches)
        .map(
            outcomes -> {
              if (!outcomes.equals(expected)) {
                throw new AssertionError(outcomes + " instead of " + expected);
              }
              return null;
            });
  }

  private Draft draft(Item item) {
    String data = item.key() == null ? "" + published++ : item.key() + item.variant();
    return new Draft(
        item.topics().stream().map(Topic::new).toList(),
        null,
        item.key() == null ? null : new Key(Key.UNSCOPED, item.key()),
        Update.Form.TEXT,
        Buffer.buffer(data + " ".repeat(item.size() - 1)));
  }

  private Outcome write(Batch batch) {
    Outcome outcome = writeAll(batch);
    paper.trim();
    written.run();
    return outcome;
  }

  private Outcome writeAll(Batch batch) {
    List<Receipt> receipts = new ArrayList<>();
    for (Draft draft : batch.drafts()) {
      String key = draft.key() == null ? null : draft.key().name();
      String data = draft.data().toString();
      List<Topic> topics =
          draft.topics().isEmpty() ? List.of(new Topic(DEFAULT_TOPIC)) : draft.topics();
      Entry known = key == null ? null : paper.keyed(key);
      if (known != null && !(known.data().equals(data) && known.topics().equals(topics))) {
        return new Outcome(receipts, Optional.of(Refusal.keyReused(key)));
      }
      Entry entry = known == null ? paper.append(key, topics, data) : known;
      receipts.add(new Receipt(entry.position(), known != null));
      given.add(entry.position());
    }
    return new Outcome(receipts, Optional.empty());
  }

  /** The interest of a subscriber. */
  public Start start(Step.Come come, int number, String lastEventId) {
    return switch (come) {
      case BACK -> lastEventId.isEmpty() ? new Start.Now() : after(lastEventId);
      case NOW -> new Start.Now();
      case EARLIEST -> new Start.Earliest();
      case NEWEST -> new Start.Newest(number + 1);
      case EVER_GIVEN ->
          given.isEmpty()
              ? new Start.Earliest()
              : new Start.After(given.get(number % given.size()));
      case AHEAD -> {
        long last = paper.line().last();
        yield new Start.After(new Position(paper.line().at(last + 1).epoch(), last + 1 + number));
      }
      case FOREIGN -> new Start.After(new Position("another0", number));
      case MALFORMED -> new Start.Unreadable();
    };
  }

  private static Start after(String id) {
    return new Start.After(Position.parse(id).orElseThrow());
  }
}
