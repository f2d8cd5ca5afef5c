package dev.outpour.http;

import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the groups of one event loop want of the pages they read last. Where many read a page, it is
 * looked through once for all of them, and not by each. For use on that loop only.
 */
final class Shares {

  private static final int MOST_PAGES = 16;

  /** So many groups look for themselves before it is done for all. */
  private static final int MOST_ALONE = 16;

  /**
   * @param epoch in which the page ends: a restored backup has other pages of the same numbers
   */
  private record Place(long from, long to, String epoch) {}

  /** A page and its readers. */
  private static final class Shared {
    Map<Group, List<Update>> wanted = Map.of();

    /** The newest group that is among them. */
    int newest;

    /** How many groups have looked for themselves since. */
    int alone;
  }

  private final Map<Place, Shared> pages = new LinkedHashMap<>(MOST_PAGES, 0.75f, true);
  private final TopicIndex index;

  Shares(TopicIndex index) {
    this.index = index;
  }

  /** The updates of a page that a group wants. */
  List<Update> of(Group group, Page page) {
    Shared shared = at(place(page));
    if (group.number > shared.newest) {
      if (shared.alone++ < MOST_ALONE) {
        return group.wanted(page);
      }
      shared.wanted = index.wanted(page, 0);
      shared.newest = index.added();
      shared.alone = 0;
    }
    return shared.wanted.getOrDefault(group, List.of());
  }

  private static Place place(Page page) {
    return new Place(page.from(), page.to(), page.lineage().at(page.to()).epoch());
  }

  private Shared at(Place place) {
    Shared known = pages.get(place);
    if (known != null) {
      return known;
    }
    if (pages.size() == MOST_PAGES) {
      pages.remove(pages.keySet().iterator().next());
    }
    Shared first = new Shared();
    pages.put(place, first);
    return first;
  }

  void clear() {
    pages.clear();
  }
}
