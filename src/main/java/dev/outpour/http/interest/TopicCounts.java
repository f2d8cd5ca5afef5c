package dev.outpour.http.interest;

import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Topic;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts how many want each of some topics, in slices between which the loop does other things. For
 * use on one event loop.
 */
public final class TopicCounts<G extends Interested> {

  private static final int STEPS = 2_048;

  private final Vertx vertx;
  private final TopicIndex<G> index;
  private final Iterator<Topic> topics;
  private final Map<Topic, Integer> counts = new HashMap<>();
  private final Promise<Map<Topic, Integer>> done = Promise.promise();
  private @Nullable InterestSearch<G> search;

  private TopicCounts(Vertx vertx, TopicIndex<G> index, Collection<Topic> topics) {
    this.vertx = vertx;
    this.index = index;
    this.topics = List.copyOf(topics).iterator();
  }

  /** Begins; the future completes on the loop. */
  public static <G extends Interested> Future<Map<Topic, Integer>> of(
      Vertx vertx, TopicIndex<G> index, Collection<Topic> topics) {
    TopicCounts<G> count = new TopicCounts<>(vertx, index, topics);
    count.goOn();
    return count.done.future();
  }

  private void goOn() {
    try {
      TurnBudget budget = new TurnBudget();
      while (search != null || topics.hasNext()) {
        if (budget.isTimeUp()) {
          vertx.runOnContext(turn -> goOn());
          return;
        }
        if (search == null) {
          begin(topics.next());
        } else {
          goOn(search);
        }
      }
      done.tryComplete(counts);
    } catch (RuntimeException e) {
      done.tryFail(e);
    }
  }

  private void begin(Topic topic) {
    List<G> matching = index.matching(topic);
    if (matching == null) {
      search = index.search(topic);
    } else {
      count(topic, matching);
    }
  }

  private void goOn(InterestSearch<G> current) {
    if (current.isDone()) {
      search = null;
      count(current.topic(), index.remember(current));
    } else {
      current.run(STEPS);
    }
  }

  private void count(Topic topic, List<G> matching) {
    Set<G> groups = new HashSet<>(index.naming(topic));
    groups.addAll(matching);
    counts.put(topic, groups.stream().mapToInt(Interested::members).sum());
  }
}
