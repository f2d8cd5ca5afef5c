package dev.outpour.http.interest;

import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What some groups want of a page: found together for all that have asked when the search begins,
 * in slices. For use on one event loop.
 */
final class PageSearch<G extends Interested, S> {

  private static final UpdateSet NOTHING = new UpdateSet(0);
  private static final int OVERHEAD = 64;

  /** If those that ask are at least this part of all groups, the loop's own index is searched. */
  private static final int MANY = 4;

  private final TopicIndex<G> loop;
  private final Page page;
  private final Map<G, UpdateSet> known = new HashMap<>();
  private Set<G> asking = new LinkedHashSet<>();
  private List<S> waiting = new ArrayList<>();
  private int weight;

  /** Where the groups are searched; the first of them were added. */
  private @Nullable TopicIndex<G> index;

  private List<G> groups = List.of();
  private List<S> served = List.of();
  private int taken;
  private @Nullable PageMatching<G> matching;

  /**
   * Knows nothing yet.
   *
   * @param loop has all groups of the loop
   */
  PageSearch(TopicIndex<G> loop, Page page) {
    this.loop = loop;
    this.page = page;
  }

  Page page() {
    return page;
  }

  /** What a group wants; null if that is not known. */
  @Nullable UpdateSet of(G group) {
    return known.get(group);
  }

  /** Has somebody wait until it is known what its group wants. */
  void ask(S who, G group) {
    asking.add(group);
    waiting.add(who);
  }

  /**
   * Goes on until the search is done or the time is up.
   *
   * @return those that waited for it; nobody if it is not done
   */
  List<S> run(TurnBudget budget) {
    TopicIndex<G> all = index == null ? begin() : index;
    while (taken < groups.size()) {
      all.add(groups.get(taken++));
      if ((taken & 15) == 0 && budget.isTimeUp()) {
        return List.of();
      }
    }
    if (matching == null) {
      matching = new PageMatching<>(all, page, 0);
    }
    return matching.run(budget) ? finish(matching) : List.of();
  }

  private TopicIndex<G> begin() {
    groups = List.copyOf(asking);
    served = waiting;
    asking = new LinkedHashSet<>();
    waiting = new ArrayList<>();
    boolean areMany = groups.size() * MANY >= loop.size();
    taken = areMany ? groups.size() : 0;
    index = areMany ? loop : new TopicIndex<>();
    return index;
  }

  private List<S> finish(PageMatching<G> done) {
    for (G group : groups) {
      if (!group.isRemoved()) {
        UpdateSet share = done.wanted().getOrDefault(group, NOTHING);
        known.put(group, share);
        weight += OVERHEAD + share.weight();
      }
    }
    List<S> found = served;
    index = null;
    matching = null;
    groups = List.of();
    served = List.of();
    return found;
  }

  /** Whether somebody has asked since the search began. */
  boolean isAsked() {
    return !asking.isEmpty();
  }

  /** Forgets the result of a group that has gone. */
  void forget(G group) {
    UpdateSet share = known.remove(group);
    if (share != null) {
      weight -= OVERHEAD + share.weight();
    }
  }

  /** Gives up; returns all that wait. */
  List<S> release() {
    List<S> all = new ArrayList<>(served);
    all.addAll(waiting);
    index = null;
    matching = null;
    groups = List.of();
    served = List.of();
    waiting = new ArrayList<>();
    asking = new LinkedHashSet<>();
    return all;
  }

  /** About how many bytes the results take. */
  int weight() {
    return weight;
  }
}
