package dev.outpour.http.interest;

import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what each member of an index wants of a page, in slices between which the loop does other
 * things.
 *
 * <p>It finds all for those that stay in the index meanwhile; for those that come or go it may find
 * some. The result takes one bit for each member and update. For use on one event loop.
 */
public final class PageMatching<G extends Interested> {

  /** How many steps are taken between two looks at the clock. */
  private static final int STEPS = 2_048;

  private final TopicIndex<G> index;
  private final Page page;
  private final Map<G, UpdateSet> wanted = new LinkedHashMap<>();
  private int update;
  private int topic;
  private @Nullable InterestSearch<G> search;
  private int steps;

  /**
   * Begins.
   *
   * @param after updates up to this number are left out
   */
  public PageMatching(TopicIndex<G> index, Page page, long after) {
    this.index = index;
    this.page = page;
    List<Update> updates = page.updates();
    while (update < updates.size() && updates.get(update).sequence() <= after) {
      update++;
    }
  }

  /**
   * Goes on until all is found or the time of a turn is up.
   *
   * @return whether all is found
   */
  public boolean run(TurnBudget budget) {
    List<Update> updates = page.updates();
    for (; update < updates.size(); update++, topic = 0) {
      List<Topic> topics = updates.get(update).topics();
      for (; topic < topics.size(); topic++) {
        if (isTimeUp(budget) || !match(topics.get(topic), budget)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isTimeUp(TurnBudget budget) {
    if (steps < STEPS) {
      return false;
    }
    steps = 0;
    return budget.isTimeUp();
  }

  /** Finds who wants a topic of the update; false if the time was up before. */
  private boolean match(Topic wanting, TurnBudget budget) {
    List<G> matching = search == null ? index.matching(wanting) : null;
    if (matching == null) {
      matching = searched(wanting, budget);
      if (matching == null) {
        return false;
      }
    }
    steps++;
    index.naming(wanting).forEach(this::add);
    for (int i = 0; i < matching.size(); i++) {
      add(matching.get(i));
    }
    return true;
  }

  private @Nullable List<G> searched(Topic wanting, TurnBudget budget) {
    InterestSearch<G> current = search == null ? index.search(wanting) : search;
    while (!current.isDone()) {
      if (isTimeUp(budget)) {
        search = current;
        return null;
      }
      steps += current.run(STEPS);
    }
    search = null;
    return index.remember(current);
  }

  private void add(G group) {
    steps++;
    if (!group.isRemoved()) {
      wanted.computeIfAbsent(group, first -> new UpdateSet(page.updates().size())).add(update);
    }
  }

  /** What was found, for each that wants something. */
  public Map<G, UpdateSet> wanted() {
    return wanted;
  }
}
