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

/** Adds the position of its newest update to each topic of a list, if the log answers in time. */
public final class LatestPositions {

  private static final long ANSWER_MILLIS = 2_000;

  private final LocalLog log;

  public LatestPositions(LocalLog log) {
    this.log = log;
  }

  /** Completes with a copy of the list, on the caller's context. */
  Future<JsonObject> of(JsonObject list) {
    List<Future<?>> asked = new ArrayList<>();
    for (JsonObject row : JsonRows.of(list, "topics")) {
      row.putNull("last");
      if (!row.getBoolean("pattern")) {
        asked.add(newest(new Topic(row.getString("topic"))).onSuccess(id -> row.put("last", id)));
      }
    }
    return Future.join(asked)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .transform(done -> Future.succeededFuture(list.copy()));
  }

  /** The position; null if the log retains no update of the topic. */
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
