package dev.outpour.http.interest;

import dev.outpour.http.stream.UpdateSet;
import dev.outpour.loop.TurnBudget;
import dev.outpour.update.Page;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What groups want of the pages that their members read while they are behind. A page is searched
 * once for all that wait for it, in slices; pages take turns, so that an expensive one does not
 * hold up the others.
 *
 * <p>Results are kept for the pages read last, up to a number of bytes. For use on one event loop.
 */
public final class PageMatches<G extends Interested, S> {

  private static final int MOST_PAGES = 16;
  private static final long MOST_BYTES = 4L << 20;

  /** One that waited, and the page of which it is known what it wants. */
  public record Found<S>(S who, Page page) {}

  private final TopicIndex<G> index;
  private final Map<PageId, PageSearch<G, S>> pages = new LinkedHashMap<>(MOST_PAGES, 0.75f, true);

  /** The pages that somebody waits for, in the order of their turns. */
  private final Map<PageId, PageSearch<G, S>> asked = new LinkedHashMap<>();

  /** Those to be served, all of one page. */
  private Queue<S> found = new ArrayDeque<>();

  private @Nullable Page foundOf;

  /**
   * Knows nothing yet.
   *
   * @param index has all groups of the loop
   */
  public PageMatches(TopicIndex<G> index) {
    this.index = index;
  }

  /** What a group wants of a page; null if that is not known. */
  @Nullable
  public UpdateSet known(G group, Page page) {
    PageSearch<G, S> shares = pages.get(PageId.of(page));
    return shares == null ? null : shares.of(group);
  }

  /** What a group wants of a page; looked for at once if it is not known. */
  public UpdateSet of(G group, Page page) {
    UpdateSet known = known(group, page);
    if (known != null) {
      return known;
    }
    TopicIndex<G> alone = new TopicIndex<>();
    alone.add(group);
    PageMatching<G> matching = new PageMatching<>(alone, page, 0);
    while (!matching.run(new TurnBudget())) {
      // One group costs no more than a turn may.
    }
    return matching.wanted().getOrDefault(group, new UpdateSet(0));
  }

  /** Has somebody wait for what its group wants of a page; see {@link #next}. */
  public void ask(S who, G group, Page page) {
    PageId id = PageId.of(page);
    PageSearch<G, S> known = asked.get(id);
    if (known == null) {
      known = pages.getOrDefault(id, new PageSearch<>(index, page));
      asked.put(id, known);
    }
    known.ask(who, group);
  }

  /** Whether somebody waits. */
  public boolean isAsked() {
    return !asked.isEmpty() || !found.isEmpty();
  }

  /** The next to be served; null if there is none. */
  @Nullable
  public Found<S> next() {
    S who = found.poll();
    return who == null || foundOf == null ? null : new Found<>(who, foundOf);
  }

  /**
   * Gives the page whose turn it is a part of the time; all that were found before must have been
   * served.
   *
   * @param failed is told who cannot be served, and why
   */
  public void run(TurnBudget budget, BiConsumer<S, Throwable> failed) {
    Iterator<Map.Entry<PageId, PageSearch<G, S>>> turns = asked.entrySet().iterator();
    if (!turns.hasNext()) {
      return;
    }
    Map.Entry<PageId, PageSearch<G, S>> turn = turns.next();
    PageSearch<G, S> shares = turn.getValue();
    turns.remove();
    List<S> served = List.of();
    try {
      served = shares.run(budget.part());
    } catch (Throwable e) {
      shares.release().forEach(stream -> failed.accept(stream, e));
      return;
    }
    if (served.isEmpty() || shares.isAsked()) {
      asked.put(turn.getKey(), shares);
    }
    if (!served.isEmpty()) {
      found = new ArrayDeque<>(served);
      foundOf = shares.page();
      keep(turn.getKey(), shares);
    }
  }

  private void keep(PageId id, PageSearch<G, S> shares) {
    pages.put(id, shares);
    Iterator<PageSearch<G, S>> oldest = pages.values().iterator();
    while (pages.size() > MOST_PAGES || (pages.size() > 1 && weight() > MOST_BYTES)) {
      oldest.next();
      oldest.remove();
    }
  }

  /** About how many bytes the results take. */
  long weight() {
    return pages.values().stream().mapToLong(PageSearch::weight).sum();
  }

  /** Forgets the results of a group that has gone. */
  public void forget(G group) {
    pages.values().forEach(shares -> shares.forget(group));
  }

  /** Forgets all results; those that wait go on waiting. */
  public void clear() {
    pages.clear();
  }
}
