package dev.outpour.http.operate;

import dev.outpour.log.LocalLog;
import dev.outpour.update.Interest;
import dev.outpour.update.LogHead;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Adds to a list of topics where each has had its newest update, as far as the log says so in time.
 */
public final class LatestPositions {

  private static final long ANSWER_MILLIS = 2_000;

  private final LocalLog log;

  public LatestPositions(LocalLog log) {
    this.log = log;
  }

  /** Completes with the same list, on the caller's context. */
  Future<JsonObject> of(JsonObject list) {
    List<Future<?>> asked = new ArrayList<>();
    for (JsonObject row : NodeQueries.each(list, "topics")) {
      row.putNull("last");
      if (!row.getBoolean("pattern")) {
        asked.add(newest(new Topic(row.getString("topic"))).onSuccess(id -> row.put("last", id)));
      }
    }
    return Future.join(asked)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .transform(done -> Future.succeededFuture(list.copy()));
  }

  /** Its position; null if nothing of it is retained. */
  private Future<String> newest(Topic topic) {
    Interest interest = Interest.in(topic);
    return log.locate(new Start.Newest(1), interest)
        .compose(
            located -> {
              LogHead head = located.head();
              return log.seek(located.cursor(), interest, this)
                  .answer()
                  .map(
                      gap ->
                          gap.to() < head.last()
                              ? head.lineage().at(gap.to() + 1).toString()
                              : null);
            });
  }
}
